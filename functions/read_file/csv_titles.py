"""Titles of columns that are known without being told, in English, German, Spanish and French. No AWS in here.

Each is as `same_title` gives it. Only titles that say one thing everywhere are here: `Location` is a shop in most
programs, but `Lager` is as often the stock as the place, and `Name` or `Number` may be anybody's.
"""

STORE, ITEM, COUNT, REORDER_POINT = "store", "item", "count", "reorder_point"

KNOWN = {
    STORE: frozenset((
        "shop", "branch", "location", "outlet", "site", "warehouse", "storename", "storeid", "storecode", "storenumber",
        "storeno", "store#", "branchname", "branchcode", "branchid", "shopname", "shopid", "locationname",
        "locationcode", "locationid", "outletname", "outletid", "warehousename", "warehousecode",
        "sitename", "facility",
        "filiale", "filialname", "filialnr", "filialnummer", "filialenr", "markt", "marktnr", "laden", "geschaft",
        "standort", "betriebsstatte", "niederlassung", "verkaufsstelle", "werk",
        "tienda", "sucursal", "almacen", "local", "ubicacion", "establecimiento", "puntodeventa",
        "magasin", "boutique", "agence", "succursale", "depot", "entrepot", "etablissement", "pointdevente",
    )),
    ITEM: frozenset((
        "sku", "article", "product", "itemname", "itemcode", "itemid", "itemnumber", "itemno", "item#", "itemsku",
        "productname", "productcode", "productid", "productsku", "productnumber", "variantsku", "articlenumber",
        "articlecode", "articlename", "articleno", "partnumber", "partno", "part#", "material", "barcode", "ean",
        "upc", "gtin", "plu", "skucode", "skunumber", "description", "itemdescription", "productdescription",
        "artikel", "artikelnummer", "artikelnr", "artnr", "artikelno", "artikelbezeichnung", "artikelname",
        "bezeichnung", "produkt", "produktname", "produktnummer", "materialnummer", "ware",
        "articulo", "producto", "referencia", "codigo", "codigodearticulo", "codigoarticulo", "codigodeproducto",
        "codigoproducto", "codigodebarras", "descripcion", "nombredelproducto", "nombredelarticulo",
        "produit", "reference", "refarticle", "codearticle", "codeproduit", "codebarres", "designation", "libelle",
        "nomduproduit", "nomarticle",
    )),
    COUNT: frozenset((
        "qty", "quantity", "onhand", "qtyonhand", "quantityonhand", "onhandqty", "onhandquantity", "available",
        "availableqty", "availablequantity", "qtyavailable", "quantityavailable", "stock", "stockonhand", "instock",
        "stockqty", "stockquantity", "qtyinstock", "quantityinstock", "unitsinstock", "stocklevel", "currentstock",
        "currentquantity", "currentqty", "inventory", "inventoryquantity", "inventoryqty", "inventorylevel",
        "variantinventoryqty", "physicalcount", "physicalqty", "counted", "countedqty", "countedquantity", "soh",
        "qoh", "currentamount", "balance", "stockbalance", "pieces", "pcs", "availablestock",
        "actualqty", "closingstock",
        "bestand", "lagerbestand", "istbestand", "aktuellerbestand", "bestandsmenge", "menge", "anzahl", "stuck",
        "stuckzahl", "verfugbar", "verfugbarerbestand", "verfugbaremenge", "filialbestand", "warenbestand",
        "bestandstk", "bestandstuck", "freibestand", "unbeschrankt", "freiverwendbar",
        "existencias", "existencia", "cantidad", "unidades", "disponible", "disponibles", "stockactual",
        "cantidaddisponible", "cantidadenstock", "enexistencia", "enstock", "stockdisponible", "saldo", "inventario",
        "quantite", "qte", "qtestock", "qteenstock", "quantiteenstock", "quantitestock", "stockreel", "stockphysique",
        "qtedisponible", "quantitedisponible",
    )),
    REORDER_POINT: frozenset((
        "reorderlevel", "reorderat", "minstock", "minimumstock", "stockminimum", "minstocklevel",
        "minimumstocklevel", "lowstockthreshold", "lowstocklevel", "lowstockalert", "lowstockamount",
        "stockalertat", "minlevel",
        "meldebestand", "mindestbestand", "minbestand", "minimalbestand", "bestellpunkt",
        "puntodepedido", "puntodereorden", "stockminimo", "existenciaminima", "nivelminimo", "existenciasminimas",
        "stockmini", "stockminimal", "seuil", "seuildereapprovisionnement",
        "seuildalerte", "seuilalerte", "pointdecommande",
    )),
}  # fmt: skip
"""Column → its titles, beside its own name."""
