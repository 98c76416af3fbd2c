"""HTML becomes the Markdown that says the same; what could do something is left out."""

import pytest

from app.porter.html_text import markdown, title_of


@pytest.mark.parametrize("html, expected", [
    ("<h2>A</h2><p>b<br>c</p><hr><p>d</p>", "## A\n\nb\nc\n\n---\n\nd"),
    ("<p>a <b>b</b> <em>c</em> <s>d</s> <code>e</code></p>", "a **b** *c* ~~d~~ `e`"),
    ("<ul><li>a</li><li><input type=checkbox checked>b</li></ul><ol><li>c<li>d</ol>", "- a\n- [x] b\n\n1. c\n2. d"),
    ("<blockquote>a</blockquote>b", "> a\n\nb"),
    ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
    ("<a href='https://x.org/a(b)'>x</a> <a href='https://x.org'>https://x.org</a> <a href='mailto:a@b.org'>m</a>",
     "[x](https://x.org/a%28b%29) <https://x.org> [m](mailto:a@b.org)"),
    ("<a href='javascript:alert(1)'>x</a><img src=x onerror=alert(1) alt='p'>", "x[p]"),
    ("a &lt;b&gt; &amp; c<script>alert(1)</script><style>p{}</style>", "a <b> & c"),
    ("<table><tr><th>a<td>b<tr><td>c<td>d</table>", "a | b\nc | d"),
    ("<div>a</div><div>b</div>", "a\nb"),
    ("a<b>b", "a**b"),
    ("<form><p>x</p></form>y<iframe src=z>w</iframe>", "y"),
])
def test_html_becomes_markdown(html, expected):
    assert markdown(html)[0] == expected


def test_it_says_what_it_left_out():
    assert markdown("a<script>b</script><form></form>")[1] == "Left out of its HTML: form, script."
    assert markdown("<head><title>t</title><style></style></head>a") == ("a", "")


def test_the_title_is_that_of_the_page():
    assert (title_of("<html><title>A &amp;\n B</title>"), title_of("<p>x")) == ("A & B", "")
