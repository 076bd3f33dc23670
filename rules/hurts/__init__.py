"""What in a notice will hurt those who must live by it: found before it is published, each with a way out.

`hurt` is what one of them looks like; `days`, `reminding`, `course`, `judging`, `works` and `quiz` each look at a
matter; `notice` puts all together.
"""
