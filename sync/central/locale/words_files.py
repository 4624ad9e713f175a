"""Why a file is not read, whatever it was to hold: key -> (中文, English)."""

WORDS: dict[str, tuple[str, str]] = {
    "files.unreadable": ("{file} 无法读取。", "{file} cannot be read."),
    "files.too_large": (
        "{file} 有 {size} 字节; 超过 {most} 字节的不读。",
        "{file} has {size} bytes; more than {most} are not read.",
    ),
    "files.no_table_file": (
        "{file}: 表格只读 .xlsx、.csv 或 .json。",
        "{file}: tables are read from .xlsx, .csv or .json.",
    ),
    "files.too_many": (
        "{file}: 第 {line} 行: 超过 {rows} 行或 {columns} 列。",
        "{file}: line {line}: more than {rows} lines or {columns} columns.",
    ),
    "files.no_csv": (
        "{file}: 第 {line} 行不是正确的 csv ({error})。",
        "{file}: line {line} is not readable as csv: {error}.",
    ),
    "files.encoding": (
        "{file} 的编码既不是 UTF-8 也不是 GB18030 或 UTF-16。",
        "{file} is readable neither as UTF-8 nor as GB18030 or UTF-16.",
    ),
    "files.encoding_at": (
        "{file}: 第 {line} 行的编码既不是 UTF-8 也不是 GB18030。",
        "{file}: line {line} is readable neither as UTF-8 nor as GB18030.",
    ),
    "files.control": (
        "{file}: 第 {line} 行有控制字符 ({sign}), 不是文本文件。",
        "{file}: line {line} holds a control character ({sign}); it is not a text.",
    ),
    "files.no_json": (
        "{file} 不是 UTF-8 的 json: 应是对象的列表。",
        "{file} is not readable as json in UTF-8: a list of objects is wanted.",
    ),
    "files.no_table": (
        "{file} 里没有表格: 要有一行表头, 其中一列是{sought}。",
        "{file} holds no table: a row of headings with a column for {sought} is wanted.",
    ),
    "files.no_column": (
        "{file} 没有{sought}这一列; 请用 --map 表头={field} 指明。",
        "{file} has no column for {sought}; name it with --map HEADING={field}.",
    ),
    "files.no_field": (
        "没有这样的项目: {said}。可用的项目: {fields}; 或写 - 不读这一列。",
        "There is no such field: {said}. The fields are: {fields}; or - to leave it out.",
    ),
    "files.password": (
        "{file} 加了打开密码; 请去掉密码另存。",
        "{file} is encrypted with a password; save it without one.",
    ),
    "files.old_workbook": (
        "{file} 是旧格式的工作簿 (.xls); 请另存为 .xlsx。",
        "{file} is a workbook of the old kind (.xls); save it as .xlsx.",
    ),
    "files.damaged": (
        "{file} 已损坏, 或不是工作簿 ({error})。",
        "{file} is damaged, or no workbook: {error}.",
    ),
    "files.encrypted": ("内容已加密; 请去掉密码另存。", "its parts are encrypted; save it without a password."),
    "files.unpacked": (
        "解开后有 {size} 字节; 超过 {most} 字节的不读。",
        "unpacked it would take {size} bytes; more than {most} are not read.",
    ),
    "files.macros": (
        "里面有宏; 请另存为不带宏的工作簿 (.xlsx)。",
        "it holds macros; save it as a workbook without macros (.xlsx).",
    ),
    "files.no_sheets": ("里面没有工作表, 不是工作簿。", "it holds no sheets; it is no workbook."),
    "files.no_sheet": (
        "{file}: 没有工作表“{sheet}”; 现有: {there}。",
        "{file}: there is no sheet {sheet}; there are: {there}.",
    ),
    "files.too_much_text": (
        "{file}: 各单元格的文字加起来超过 {most} 个字, 不读。",
        "{file}: its cells hold more than {most} characters together, and are not read.",
    ),
    "files.long_cell": (
        "{file}: 第 {line} 行: 有一格超过 {most} 个字, 不读。",
        "{file}: line {line}: a cell has more than {most} characters, and is not read.",
    ),
    "files.rows": (
        "{sheet}: 行一直到 {last}; 超过 {most} 行的不读。请删去表格下面的空行。",
        "{sheet}: its rows go down to {last}; more than {most} are not read. Delete the blank rows below the table.",
    ),
    "files.and_more": (" 等, 另有 {count} 处", " and {count} more"),
    "files.uncalculated": (
        "{sheet}: {cells}: 公式没有算出结果。请打开文件, 让它计算, 再保存。",
        "{sheet}: {cells}: formulas whose result is not in the file. Open it, let it calculate, and save it.",
    ),
    "files.no_templates": ("{folder} 里没有 .toml 文件。", "There are no .toml files in {folder}."),
    "files.no_campaign": (
        "活动文件要有一个 [campaign] 表, 和一个以上的 [[stage]]。",
        "A campaign needs a table [campaign] and one [[stage]] or more.",
    ),
    "files.stage": ("第 {number} 个阶段", "stage {number}"),
    "files.no_toml": ("{file} 不是正确的 toml ({error})。", "{file} is not readable as toml: {error}"),
    "templates.no_campaign": (
        "没有这个活动: {campaign}。已有的活动: {there}; any 指各次活动通用。",
        "There is no campaign {campaign}. There are: {there}; any stands for all of them.",
    ),
    "templates.kept": (
        "版本 {version} 已经保存过, 内容不同; 请用更高的版本号",
        "version {version} is kept already and says something else; give it a higher version",
    ),
}
