"""Shapes of files as shops have them: each with the public source of the shape, and why what happens is right.

The contents are our own. Every store is Berlin, or the file lies in its folder.
"""

# ruff: noqa: E501 - what stands together in a file stands together here

from typing import Any

from read_file.file_format import Format
from tests.corpus.hostile import BERLIN, Hostile

SHOPIFY = "https://help.shopify.com/en/manual/products/import-export/using-csv"
SHOPIFY_LEVELS = "https://apify.com/h_murdock/shopify-inventory-preflight (columns of Shopify's inventory CSV)"
WOOCOMMERCE = "https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Importer-&-Exporter"
WOOCOMMERCE_NEGATIVE = "https://github.com/woocommerce/woocommerce/issues/25379"
WOOCOMMERCE_BLANKS = "https://github.com/woocommerce/woocommerce/issues/36555"
LOYVERSE = "https://help.loyverse.com/help/importing-and-exporting"
NEARST = "https://developers.near.st/pos/reference/stock-csv-fields"
LOUPE = "https://loupe.work/help/inventory-data-file-columns"
ITSEEZE = "https://itseeze.freshdesk.com/support/solutions/articles/17000059309-importing-and-exporting-stock"
STOCKANDBUY = "https://www.stockandbuy.com/export-line-items-to-a-sales-or-purchase-order/"
HCL = "https://help.hcl-software.com/commerce/TXN/inventory/refs/rdatainventory.html"
AMAZON = "https://sellercentral.amazon.com/help/hub/reference/external/G201711700 (text files, leading zeros)"
AMAZON_LEDGER = "https://sellercentral-europe.amazon.com/gp/help/external/help.html?itemID=201278300"
SYLIUS = "https://github.com/FriendsOfSylius/SyliusImportExportPlugin/issues/171"
MEDUSA = "https://github.com/medusajs/medusa/issues/6461"
MEDUSA_LOCATIONS = "https://github.com/medusajs/medusa/pull/16223"
MKMTOOL = "https://github.com/alexander-pick/MKMTool/issues/15"
REPAIRDESK = "https://github.com/Repair-DeskPOS/RepairDesk-BUGS-IMPROVEMENTS/issues/224"
INVENTREE = "https://github.com/inventree/InvenTree/issues/11063"
INVENTREE_PARTS = "https://github.com/inventree/InvenTree/issues/2815"
PANDAS = "https://github.com/pandas-dev/pandas/issues/14954"
PANDAS_BLANK = "https://github.com/pandas-dev/pandas/issues/20717"
FOODNETWORK = "https://github.com/openfoodfoundation/openfoodnetwork/issues/3448"
PIMGENTO = "https://github.com/Agence-DnD/PIMGento/issues/215"
MAGENTO = "https://github.com/magento/magento2/issues/10080"
EXCEL_EXPONENT = "http://blog.contextures.com/archives/2010/01/25/exponential-problems-in-excel/"
EXCEL_TEXT = "https://newbetuts.com/861964-how-do-i-stop-excel-from-converting-value-0503e000-to-503e02-automatically"
EXCEL_ZEROS = "http://howtomicrosoftofficetutorials.blogspot.com/2017/07/keep-leading-zeros.html"
EDOCEO = "http://edoceo.com/utilitas/csv-file-format"
LOFTWARE = "https://help.loftware.com/lps-kb/ (Data Supplied By an Excel Worksheet Is Displayed As Scientific Notation)"
BHIMA = "https://github.com/third-culture-software/bhima/pull/3834"
OPENCART = "https://github.com/opencart/opencart/issues/3902"
LIGHTSPEED = "https://fivetran.com/docs/connectors/applications/lightspeed-retail-xseries/connector-schema"
SQUARE = "https://squareup.com/help/gb/en/article/5966-item-library-and-unit-cost-management"
PLEX = "https://github.com/ukdtom/plex2csv.bundle/issues/139"
HIGHCHARTS = "https://github.com/highcharts/export-csv/issues/36"
PLENTY = "https://knowledge.plentymarkets.com/warenwirtschaft/inventur-vornehmen"
SAP = "https://stechno.net/repository/sap-programs.html (J_1AMLBS, Display Warehouse Stock)"
VIRTO = "https://github.com/VirtoCommerce/vc-module-catalog/issues/165"
DOTCMS = "https://github.com/dotCMS/core/issues/36508"

TEA = {"TEA-1": 12}
TEA_MILK = {"TEA-1": 12, "MILK-2": 3}
ASSUMED = ("columns-assumed",)
IN_FOLDER = ("columns-assumed", "store-of-folder")
UNREAD = (*IN_FOLDER, "columns-not-read")


def shape(name: str, source: str, why: str, *lines: str, encoding: str = "utf-8", **more: Any) -> Hostile:
    """Return a file of the store Berlin, of these lines."""
    body = ("\n".join(lines) + "\n").encode(encoding)
    return Hostile(f"export: {name}", body, source=source, why=why, lines=False, **more)


def own(name: str, source: str, why: str, *lines: str, items: dict[str, int] | None = None, **more: Any) -> Hostile:
    """Return a file in the folder of Berlin."""
    loaded = {} if items is None else {BERLIN: items}
    return shape(name, source, why, *lines, folder=BERLIN, loaded=loaded, **more)


SHOPS: list[Hostile] = [
    shape("Shopify, inventory", SHOPIFY_LEVELS, "available and on hand differ by what is sold and not yet sent: only the "
          "shop knows which one it means, so nothing is loaded",
          "Handle,SKU,Location,Committed (not editable),Available (not editable),On hand (current),On hand (new)",
          "tea,TEA-1,Berlin,2,10,12,", refused="Several columns may be the count: “Available (not editable)”"),
    shape("Shopify, inventory, by a format", SHOPIFY_LEVELS, "the format says which one; not stocked is no number and is "
          "shown, as another store's item would be",
          "Handle,SKU,Location,Committed (not editable),Available (not editable),On hand (current),On hand (new)",
          "tea,TEA-1,Berlin,2,10,12,", "milk,MILK-2,Berlin,0,not stocked,not stocked,",
          form=Format(count=("On hand (current)",)), loaded={BERLIN: TEA}, rejected={3: "“not stocked”"}),
    own("Shopify, products of one location", SHOPIFY, "there is one column of codes and one of counts",
        "Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price", "tea,Green tea,TEA-1,12,3.50", items=TEA,
        notes=UNREAD),
    own("Shopify, SKU with an apostrophe", SHOPIFY, "the apostrophe keeps a spreadsheet from cutting zeros, and is no part "
        "of the code", "Handle,Variant SKU,Variant Inventory Qty", "tea,'00123,12", items={"00123": 12}),
    own("WooCommerce", WOOCOMMERCE, "In stock? is a yes or no, Stock is the count", "ID,Type,SKU,Name,In stock?,Stock",
        "7,simple,TEA-1,Green tea,1,12", items=TEA, notes=UNREAD),
    own("WooCommerce, low stock amount", WOOCOMMERCE, "the shop's own limit is the reorder point; where it is empty, "
        "nothing is said of it", "SKU,Stock,Low stock amount", "TEA-1,12,5", "MILK-2,3,", items=TEA_MILK, notes=IN_FOLDER),
    own("WooCommerce, product without stock management", WOOCOMMERCE, "an empty stock is not 0: the shop does not count it",
        "SKU,Stock", "TEA-1,12", "VOUCHER,", items=TEA, rejected={3: "count is missing"}),
    own("WooCommerce, negative stock", WOOCOMMERCE_NEGATIVE, "the apostrophe is WooCommerce's, against formulas; seven "
        "were sold that were not there, so the shelf is empty", "SKU,Stock", "TEA-1,12", "MILK-2,'-7",
        items={"TEA-1": 12, "MILK-2": 0}, notes=(*IN_FOLDER, "negative")),
    own("WooCommerce, two blanks in a code", WOOCOMMERCE_BLANKS, "shops have such codes on purpose: they stay two items",
        "SKU,Stock", "A  1,12", "A 1,3", items={"A  1": 12, "A 1": 3}),
    own("Loyverse, one store", LOYVERSE, "the store stands in brackets in the titles, and the folder is its own",
        "Handle,SKU,Name,Price [Berlin],In stock [Berlin],Low stock [Berlin]", "tea,TEA-1,Green tea,3.50,12,5", items=TEA,
        notes=UNREAD),
    shape("Loyverse, several stores", LOYVERSE, "no column says the store of a row",
          "Handle,SKU,In stock [Berlin],In stock [Bonn]", "tea,TEA-1,12,3", refused="Missing: store"),
    shape("Loyverse, several stores, by a format", LOYVERSE, "the format names the columns; the store is called as the "
          "column is, since nobody said otherwise", "Handle,SKU,In stock [Berlin],In stock [Bonn]", "tea,TEA-1,12,3",
          "milk,MILK-2,,4", form=Format(store_columns=("In stock [Berlin]", "In stock [Bonn]")),
          loaded={"In stock [Berlin]": {"TEA-1": 12}, "In stock [Bonn]": {"TEA-1": 3, "MILK-2": 4}}),
    own("Near St", NEARST, "bar codes stay texts, with their zeros", "barcode,price,quantity,currency",
        "0012345678905,3.50,12,GBP", items={"0012345678905": 12}, notes=UNREAD),
    shape("Loupe", LOUPE, "units may be pieces or what they are counted in: it is asked",
          "SKU,Atelier Code,Inventory Location ID,Units,Unit Cost", "TEA-1,AT-9,Berlin,12,2.10", refused="Missing: store, count"),
    shape("Loupe, by a format", LOUPE, "the format says it once",
          "SKU,Atelier Code,Inventory Location ID,Units,Unit Cost", "TEA-1,AT-9,Berlin,12,2.10",
          form=Format(store=("Inventory Location ID",), count=("Units",)), loaded={BERLIN: TEA}),
    own("itseeze", ITSEEZE, "one code, one count; variants of a product without codes of their own repeat its code, and the "
        "last line counts: the result warns, and a format may add them up",
        "Product code,Stock,Variant group,Variant", "TEA-1,40,Size,S", "TEA-1,12,Size,L", items=TEA, repeated=1,
        notes=UNREAD),
    own("Stock&Buy, lines of an order", STOCKANDBUY, "it is no stock list: three columns may be the item, and it is asked",
        "LineType,Description,SKU,Barcode,Quantity,Price", "Item,Green tea,TEA-1,4001,12,3.50",
        refused="Several columns may be the item: “Description”, “SKU”, “Barcode”"),
    shape("HCL Commerce", HCL, "the product has a column STORE, which is what it says",
          "PARTNUMBER,INVENTORYLOCATION_ID,STORE,QUANTITY", "TEA-1,L1,Berlin,40", "TEA-1,L2,Berlin,12", repeated=1,
          loaded={BERLIN: TEA}, notes=(*ASSUMED, "columns-not-read")),
    shape("HCL Commerce, added up, with a wrong line", HCL, "a sum that lacks a part is wrong in silence: the file is refused",
          "PARTNUMBER,INVENTORYLOCATION_ID,STORE,QUANTITY", "TEA-1,L1,Berlin,40", "TEA-1,L2,Berlin,many",
          form=Format(add_up=True), refused="Line 3 cannot be loaded"),
    own("Magento, quantities with four decimals", MAGENTO, "12.0000 is 12: no thousands sign has four digits after it",
        "sku,name,qty,is_in_stock", "TEA-1,Green tea,12.0000,1", "MILK-2,Milk,0.0000,0", items={"TEA-1": 12, "MILK-2": 0},
        notes=UNREAD),
    own("Magento, code with a blank at its end", MAGENTO, "it is the same code: two items would alert for ever",
        "sku,qty", '"TEA-1 ",3', "TEA-1,12", items=TEA, repeated=1),
    shape("OpenCart", OPENCART, "Model may be anything: it is asked", "Model,Quantity,Status", "TEA-1,12,Enabled",
          folder=BERLIN, refused="Missing: item"),
    own("OpenCart, by a format, negative", OPENCART, "a negative stock is out of stock as 0 is, and shows in the list",
        "Model,Quantity,Status", "TEA-1,12,Enabled", "MILK-2,-2,Enabled", form=Format(item=("Model",)),
        items={"TEA-1": 12, "MILK-2": 0}),
    shape("Lightspeed X-Series", LIGHTSPEED, "the codes of outlets are stores; its reorder point is ours",
          "id,product_id,outlet_id,current_amount,reorder_point", "1,TEA-1,Berlin,12,5", loaded={BERLIN: TEA},
          notes=(*ASSUMED, "columns-not-read")),
    shape("Square, a column for each location", SQUARE, "three columns may be the item, and each location has its count",
          "Token,Item Name,SKU,Description,Current Quantity Berlin,Current Quantity Bonn", "X1,Tea,TEA-1,Green,12,3",
          refused="Missing: store, count"),
    shape("Square, by a format", SQUARE, "the format names item and columns; an empty cell is a location that does not sell it",
          "Token,Item Name,SKU,Description,Current Quantity Berlin,Current Quantity Bonn", "X1,Tea,TEA-1,Green,12,3",
          "X2,Milk,MILK-2,Fresh,3,", form=Format(item=("SKU",), store_columns=("Current Quantity Berlin", "Current Quantity Bonn")),
          loaded={"Current Quantity Berlin": TEA_MILK, "Current Quantity Bonn": {"TEA-1": 3}}),
    shape("Square, a new location that the format does not know", SQUARE, "its column is not read, and that is said",
          "SKU,Current Quantity Berlin,Current Quantity Bonn", "TEA-1,12,3",
          form=Format(store_columns=("Current Quantity Berlin",)), loaded={"Current Quantity Berlin": TEA},
          notes=("format", *ASSUMED, "columns-not-read")),
    shape("Medusa, a column for each location", MEDUSA_LOCATIONS, "three columns a location: it is asked which one",
          "SKU,Location [Berlin] Stocked Quantity,Location [Berlin] Reserved Quantity", "TEA-1,12,2", refused="Missing: store, count"),
    own("Medusa, by a format", MEDUSA_LOCATIONS, "in the folder of the store, one column is its count",
        "SKU,Location [Berlin] Stocked Quantity,Location [Berlin] Reserved Quantity", "TEA-1,12,2",
        form=Format(count=("Location [Berlin] Stocked Quantity",)), items=TEA),
]  # fmt: skip

ERP: list[Hostile] = [
    shape("InvenTree, stock items", INVENTREE, "IPN is InvenTree's own word: it is asked",
          "Part Name,IPN,Revision,Quantity,Location Path", "Green tea,TEA-1,A,12,Berlin", refused="Missing: store, item"),
    shape("InvenTree, by a format", INVENTREE, "the format says it once",
          "Part Name,IPN,Revision,Quantity,Location Path", "Green tea,TEA-1,A,12,Berlin",
          form=Format(item=("IPN",), store=("Location Path",)), loaded={BERLIN: TEA}),
    own("InvenTree, parts", INVENTREE_PARTS, "in_stock is the count, saved by LibreOffice with decimals",
        "name,SKU,in_stock", "Green tea,TEA-1,12.00", items=TEA, notes=UNREAD),
    own("pandas, counts with a gap", PANDAS, "a gap makes all counts of a column decimals; they are the same numbers",
        ",sku,qty", "0,TEA-1,12.0", "1,MILK-2,", "2,SALT-3,0.0", items={"TEA-1": 12, "SALT-3": 0}, rejected={3: "missing"}),
    shape("pandas, header=False", PANDAS_BLANK, "without titles nobody knows the columns", "Berlin,TEA-1,12.0", "Berlin,MILK-2,3.0",
          refused="must name the columns"),
    shape("HCL export with a title line", HCL, "the titles are found below it, and that is said",
          "Inventory snapshot 2026-11-28", "STORE,PARTNUMBER,QUANTITY", "Berlin,TEA-1,12", loaded={BERLIN: TEA},
          notes=("lines-before", *ASSUMED)),
    shape("SAP list with titles, totals and thousands", SAP, "Plant and Warehouse stock are SAP's words: it is asked",
          "Display Warehouse Stock", "", "Plant;Material;Warehouse stock;Unit", "Berlin;TEA-1;1.200;PC", "*;Total;1.200;PC",
          refused="Missing: store, count"),
    shape("SAP list, by a format", SAP, "the format knows the words, the sign, and that the total is no row",
          "Display Warehouse Stock", "", "Plant;Material;Warehouse stock;Unit", "Berlin;TEA-1;1.200;PC",
          "Berlin;MILK-2;3,000;KG", "*;Total;1.200;PC", loaded={BERLIN: {"TEA-1": 1200, "MILK-2": 3}},
          form=Format(store=("Plant",), count=("Warehouse stock",), thousands=".", decimal=",", leave_out=("Total",)),
          notes=("format", "lines-before", *ASSUMED, "columns-not-read", "left-out")),
    shape("SAP list, without the thousands sign", SAP, "1.200 may be 1200 or 1.2: the row is rejected rather than guessed",
          "Store;Material;Stock", "Berlin;TEA-1;12", "Berlin;MILK-2;1.200", loaded={BERLIN: TEA},
          rejected={3: "may stand for thousands or for decimals"}),
    own("plentymarkets, German titles", PLENTY, "Artikelnummer and Bestand say what they are", "Artikelnummer;Bestand;EK",
        "TEA-1;12;2,10", items=TEA, notes=UNREAD),
    own("plentymarkets, number and name", PLENTY, "both may be the item: the file is refused rather than half the shop new",
        "Artikelnummer;Artikelbezeichnung;Bestand", "TEA-1;Tee;12", refused="“Artikelnummer”, “Artikelbezeichnung”"),
    own("plentymarkets, count in decimals", PLENTY, "12,00 is 12: no thousands sign has two digits after it",
        "Artikelnummer;Bestand", "TEA-1;12,00", items=TEA, notes=IN_FOLDER),
    own("BHIMA, lots", BHIMA, "each lot has a line; the last one is not the sum, and the result warns",
        "code,lot,quantity", "TEA-1,L1,40", "TEA-1,L2,12", form=Format(item=("code",)), items=TEA, repeated=1),
    own("BHIMA, a lot below zero", BHIMA, "of a lot that is overdrawn nothing is there",
        "code,lot,quantity", "TEA-1,L1,12", "MILK-2,L2,-20", form=Format(item=("code",)), items={"TEA-1": 12, "MILK-2": 0}),
    own("BHIMA, below zero where that is rejected", BHIMA, "some want to see it before it counts",
        "code,lot,quantity", "TEA-1,L1,12", "MILK-2,L2,-20", form=Format(item=("code",), negative="reject"), items=TEA,
        rejected={3: "is below 0"}),
    shape("Amazon, reconciliation as text", AMAZON_LEDGER, "of beginning and ending quantity only one is now, and sku, fnsku and "
          "product-name may be the item: it is asked",
          "fnsku\tsku\tproduct-name\tbeginning-quantity\tending-quantity", "X0\tTEA-1\tGreen tea\t20\t12", folder=BERLIN,
          refused="Missing: count"),
    own("Amazon, by a format, in Latin-1", AMAZON_LEDGER, "the format says columns and encoding",
        "fnsku\tsku\tproduct-name\tending-quantity", "X0\tTEA-1\tThé vert\t12", encoding="iso-8859-1",
        form=Format(item=("sku",), count=("ending-quantity",), encoding="iso-8859-1"), items=TEA),
    own("Amazon, leading zeros in text", AMAZON, "in a text file they are there, and stay", "sku\tquantity", "00123\t12",
        items={"00123": 12}, notes=IN_FOLDER),
]  # fmt: skip

SPREADSHEETS: list[Hostile] = [
    own("Excel, semicolons", MEDUSA, "where the comma is the decimal sign, Excel writes semicolons", "sku;stock", "TEA-1;12",
        items=TEA, notes=IN_FOLDER),
    own("export with semicolons", SYLIUS, "the line with the titles tells the delimiter", "Code;SKU;On hand", "tea;TEA-1;12",
        items=TEA, notes=UNREAD),
    own("export with commas, saved with semicolons below the titles", VIRTO, "somebody typed the titles: nothing is guessed",
        "sku,quantity", "TEA-1;12", "MILK-2;3", refused="has commas between the columns, the others have semicolons"),
    own("decimal commas", HIGHCHARTS, "12,0 between semicolons is 12", "sku;quantity", "TEA-1;12,0", items=TEA),
    own("Excel, UTF-8 with its mark", DOTCMS, "the mark is no part of the first title", "\ufeffsku,stock", "TEA-1,12",
        items=TEA, notes=IN_FOLDER),
    own("Excel, mark before a quote", PIMGENTO, "nor does it make the quote a letter", '\ufeff"sku","qty"', '"TEA-1","12"',
        items=TEA, notes=IN_FOLDER),
    own("on_hand of a food network", FOODNETWORK, "producer is not read, and that is said", "\ufeffproducer,sku,on_hand",
        "Farm,TEA-1,12", items=TEA, notes=UNREAD),
    own("Excel, ANSI", PLEX, "an umlaut in another encoding would be another name", "sku;qty", "KÄSE-1;12", encoding="cp1252",
        refused="Line 2 is not UTF-8"),
    own("Excel, ANSI, by a format", PLEX, "the format names the encoding", "sku;qty", "KÄSE-1;12", encoding="cp1252",
        form=Format(encoding="cp1252"), items={"KÄSE-1": 12}),
    own("Excel, ANSI by the format, but saved as UTF-8 this time", PLEX, "the mark says so, and the mark is right",
        "\ufeffsku;qty", "KÄSE-1;12", form=Format(encoding="cp1252"), items={"KÄSE-1": 12}),
    own("comma in a name, without quotes", MKMTOOL, "the comma moved the count: the row is rejected, with all its cells",
        "Product,Count", "Lightning Bolt,12", "Fire, Ice,4", items={"Lightning Bolt": 12}, rejected={3: "3 columns"}),
    own("comma in a text before the count", REPAIRDESK, "the same, and where the last column is empty it still is so",
        "SKU,Shelf,Qty,Note", "TEA-1,A1,12,", "MILK-2,A1, top,4,", items=TEA, rejected={3: "5 columns"}),
    own("Excel, a code shown in powers of ten", EXCEL_EXPONENT, "22E1 has become 2.20E+02, as 220 has: which one it was "
        "cannot be known", "Part#,Qty", "TEA-1,12", "2.20E+02,4", items=TEA, rejected={3: "a spreadsheet has shortened"}),
    own("Excel, a bar code shown in powers of ten", LOFTWARE, "1E+11 may be any of a thousand bar codes", "EAN,Qty", "1E+11,4",
        "4006381333931,12", items={"4006381333931": 12}, rejected={2: "a spreadsheet has shortened"}),
    own("text kept by a formula", EXCEL_TEXT, "the formula is for Excel, the code is between the quotes", "sku,qty",
        '="0503E000",12', items={"0503E000": 12}, notes=IN_FOLDER),
    own("text kept by a formula, in quotes", EDOCEO, "the same, as a program quotes it", "sku,qty", '"=""0306703""",12',
        items={"0306703": 12}, notes=IN_FOLDER),
    own("text kept by an apostrophe", EXCEL_TEXT, "the apostrophe is for Excel", "sku,qty", "'0502E000,12",
        items={"0502E000": 12}, notes=IN_FOLDER),
    own("leading zeros that Excel has cut", EXCEL_ZEROS, "nobody can see it in the file; the new item is said in the result",
        "sku,qty", "123,12", items={"123": 12}, notes=IN_FOLDER),
]  # fmt: skip

ALL = [*SHOPS, *ERP, *SPREADSHEETS]
