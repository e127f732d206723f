"""Excel workbooks as small as they can be."""

import io
import zipfile

TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = """<styleSheet><numFmts><numFmt numFmtId="170" formatCode="00000"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="4"/></cellXfs></styleSheet>"""
TEXTS = """<sst><si><t>store</t></si><si><r><t>Echo</t></r><r><t xml:space="preserve">, 2nd</t></r></si>
<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si><si><t>two_x000D_
lines</t></si></sst>"""


def relations(*entries: tuple[str, str]) -> str:
    found = (
        f'<Relationship Id="r{n}" Type="{TYPE}/{kind}" Target="{path}"/>' for n, (kind, path) in enumerate(entries, 1)
    )
    return f"<Relationships>{''.join(found)}</Relationships>"


def workbook(rows: str, sheets: str = '<sheet name="List" r:id="r1"/>', **others: str) -> bytes:
    """Return a workbook of two sheets: `rows` are those of the first one, the second one has one row."""
    entries = {
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f"<workbook><sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("worksheet", "/xl/worksheets/sheet2.xml"),
            ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml"),
        ),
        "xl/worksheets/sheet1.xml": f"<x:worksheet><x:sheetData>{rows}</x:sheetData></x:worksheet>",
        "xl/worksheets/sheet2.xml": "<sheetData><row><c t='inlineStr'><is><t>second</t></is></c></row></sheetData>",
        "xl/sharedStrings.xml": TEXTS,
        "xl/styles.xml": STYLES,
    } | others  # fmt: skip
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, text in entries.items():
            packed.writestr(path, text)
    return content.getvalue()


def row(*cells: str, at: int = 1) -> str:
    return f'<row r="{at}">{"".join(cells)}</row>'


def number(written: str, style: int = 0) -> str:
    return f'<c s="{style}"><v>{written}</v></c>'
