"""Files as tables of cells: csv, json, workbooks."""
