"""Lists of names as village secretaries have them: a 接龙 message out of WeChat, or a table. Pure.

Reading keeps what was written, cell by cell as text, so that a page can show it again and a person can put it right;
`check` says what is wrong with each cell. A line of a message may carry name, village, phone, how many people and a
remark in any order that people use:

    1. 刘桂英 江桥村        2、张三  13912345678        3 李四（2人）        4. 王五+1 坐轮椅
"""

from registrations.rosters.messages import is_numbered, message
from registrations.rosters.rows import LONGEST, MOST_ROWS, Checked, Problem, Row, check, count, shared_village, typed
from registrations.rosters.tables import table

__all__ = [
    "LONGEST", "MOST_ROWS", "Checked", "Problem", "Row", "check", "count", "is_numbered", "message", "shared_village",
    "table", "typed",
]  # fmt: skip
