"""Tables derived from entries as they arrive: records, search, pinyin, planning."""
