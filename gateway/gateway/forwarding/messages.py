"""What stands in the file of an export for the person who gets it, in each language."""

README = {
    "zh-CN": """# 您的个人数据副本

- `person.json`：您的资料、身份标识及其来源、资料变更记录（含已合并的客户）。
- `tickets.jsonl`：您的工单，每行一个：消息及其旧版本、处理记录。
- `surveys.jsonl`、`recoveries.jsonl`：满意度调查与回访。
- `work.jsonl`、`suggestions.jsonl`：工单的分派情况与推荐的文章。
- `files/`：消息的附件，文件名以附件编号开头。
- `export.json`：谁在何时、因何导出。

时间均为 UTC（ISO 8601）。`.json` 与 `.jsonl` 均为 UTF-8 编码的 JSON。
""",
    "en": """# A copy of your data

- `person.json`: who you are to us, what you are recognised by and where that came from, and what became of it (with all
  that were merged into you).
- `tickets.jsonl`: your requests, one a line: messages, what these said before, and what was done.
- `surveys.jsonl`, `recoveries.jsonl`: how satisfied you were, and what came of it.
- `work.jsonl`, `suggestions.jsonl`: who worked on your requests, and which articles were suggested.
- `files/`: the files of the messages; their names begin with the file's id.
- `export.json`: who made this copy, when and why.

Times are UTC (ISO 8601). `.json` and `.jsonl` are JSON in UTF-8.
""",
}
