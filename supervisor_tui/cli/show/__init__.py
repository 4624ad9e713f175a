"""Commands that show: lists, records, registers, planning."""
