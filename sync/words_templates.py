"""What may be wrong with a template's file: `template.CODE` -> (中文, English). Both ends' catalogues read it."""

WORDS: dict[str, tuple[str, str]] = {
    "template.utf8": ("不是 UTF-8 编码", "this is no UTF-8"),
    "template.toml": ("不是正确的 TOML ({error})", "this is no TOML: {error}"),
    "template.shape": ("格式不对: {said}", "{said}"),
    "template.no_key": ("缺少 {key}{path}", "Object missing required field `{key}`{path}"),
    "template.unknown_key": ("没有 {key} 这一项{path}", "Object contains unknown field `{key}`{path}"),
    "template.type": ("应为 {wanted}, 写的是 {got}{path}", "Expected `{wanted}`, got `{got}`{path}"),
    "template.limit": ("应为 {wanted}{path}", "Expected {wanted}{path}"),
    "template.pattern": (
        "只能用字母、数字、_ 和 -, 且以字母或数字开头{path}",
        "Expected letters, digits, _ or -, a letter or digit first{path}",
    ),
    "template.choice": ("没有 {value} 这个选择{path}", "Invalid enum value {value}{path}"),
    "template.items_list": ("items 应是项目的列表", "a list of items is wanted"),
    "template.sections_list": ("sections 应是章节的列表", "a list of sections is wanted"),
    "template.category": ("这里没有单位类别 {name}", "{name} is no unit category here"),
    "template.stage": ("这里的活动没有阶段 {name}", "{name} is no stage of a campaign here"),
    "template.empty": ("阶段 {name} 没有任何项目", "the stage {name} has no items"),
    "template.twice": ("编号 {name} 出现两次", "the id {name} stands twice"),
    "template.options": ("选择项至少要有两个不同的选项", "a choice needs two different options or more"),
    "template.no_options": ("只有选择项才有选项", "only a choice has options"),
    "template.minimum": ("最小值大于最大值", "the minimum is above the maximum"),
    "template.no_figure": ("没有可供计算的数据 {name}", "there is no figure {name} to compute with"),
    "template.computed": ("{name} 本身就是算出来的", "{name} is computed itself"),
    "template.part": ("part 只用于百分比, 并要写 of", "a part is of a percentage, beside `of`"),
    "template.sum": ("sum 只用于数字", "a sum is a number"),
}
