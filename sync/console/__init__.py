"""What both programs share on the command line: arguments, language, typed text, words of faults."""
