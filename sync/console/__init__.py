"""What both programs share on the command line: arguments, language, full-width input, unsafe characters."""
