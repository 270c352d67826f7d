/** Files of made-up shops for which a mapping is proposed, as their systems would export them. */

/** A Turkish shop: semicolons, decimal comma, states of orders in words. */
export const TURKISH = `Sipariş No;Sipariş Tarihi;Müşteri No;E-posta;Ürün Kodu;Ürün Adı;Adet;Birim Fiyat;İndirim;Sipariş Durumu;Kargo Ücreti;Toplam;Şehir;Ülke
TR-1001;14.03.2024 10:15;501;ayse@example.com;KZK-01;Yün Kazak;1;1.249,90;0,00;Tamamlandı;49,90;1.799,70;İstanbul;Türkiye
TR-1001;14.03.2024 10:15;501;ayse@example.com;ATK-02;Pamuklu Atkı;2;249,95;0,00;Tamamlandı;49,90;1.799,70;İstanbul;Türkiye
TR-1002;15.03.2024 21:40;502;mehmet@example.com;KZK-01;Yün Kazak;1;1.249,90;125,00;Kargoda;0,00;1.124,90;Ankara;Türkiye
TR-1003;16.03.2024 08:05;503;zeynep@example.com;CRP-07;Çorap;3;59,90;0,00;İptal edildi;49,90;229,60;İzmir;Türkiye
TR-1004;17.03.2024 12:30;501;ayse@example.com;CRP-07;Çorap;1;59,90;0,00;Ödeme bekleniyor;49,90;109,80;İstanbul;Türkiye
`;

/** A German shop: tabs, days without a time, a return as a negative quantity. */
export const GERMAN = `Bestellnummer	Bestelldatum	Kundennr	Artikelnr	Bezeichnung	Menge	Einzelpreis (EUR)	Warengruppe	Marke	Land	Gutscheincode
10001	03.01.2024	7001	A-100	Becher rot	2	4,50	Geschirr	Hausmarke	Deutschland	
10001	03.01.2024	7001	A-200	Teller	1	12,00	Geschirr	Hausmarke	Deutschland	
10002	04.01.2024	7002	B-300	Kerze	3	3,95	Deko	Lumos	Österreich	NEUJAHR
10003	04.01.2024	7001	A-100	Becher rot	1	4,50	Geschirr	Hausmarke	Deutschland	
10004	15.01.2024	7003	B-300	Kerze	-1	3,95	Deko	Lumos	Schweiz	
`;

/** WooCommerce's columns under other names; what belongs to the order on each of its rows. */
export const RENAMED_WOO = `Order No,Order Placed,State,Paid on,Order Total,Delivery fee,Tax total,Cart discount,Paid with,Buyer Id,Buyer Email,Buyer Phone,First name,Surname,Billing Company,Billing Zip,Town,Billing Country,Item,Item SKU,Qty,Item subtotal,Coupon,Currency code
2001,2024-05-01 10:00:00,completed,2024-05-01 10:00:10,54.50,4.90,0.00,0.00,paypal,12,ann@example.com,+43 1 2345678,Ann,Lee,,1010,Wien,AT,Red mug,MUG-R,2,9.00,,EUR
2001,2024-05-01 10:00:00,completed,2024-05-01 10:00:10,54.50,4.90,0.00,0.00,paypal,12,ann@example.com,+43 1 2345678,Ann,Lee,,1010,Wien,AT,Tea,TEA-1,1,40.60,,EUR
2002,2024-05-02 11:30:00,pending,,12.00,4.90,0.00,0.00,stripe,0,bob@example.com,+43 1 2345679,Bob,Ray,,4020,Linz,AT,Cup,CUP-1,1,7.10,,EUR
2003,2024-05-03 12:30:00,cancelled,,12.00,4.90,0.00,0.00,stripe,13,cy@example.com,+49 30 2345679,Cy,Moe,Moe GmbH,10115,Berlin,DE,Cup,CUP-1,1,7.10,HELLO,EUR
2004,2024-05-14 12:30:00,refunded,2024-05-14 12:30:30,21.10,0.00,0.00,0.00,stripe,13,cy@example.com,+49 30 2345679,Cy,Moe,Moe GmbH,10115,Berlin,DE,Cup,CUP-1,2,14.20,,EUR
2004,2024-05-14 12:30:00,refunded,2024-05-14 12:30:30,21.10,0.00,0.00,0.00,stripe,13,cy@example.com,+49 30 2345679,Cy,Moe,Moe GmbH,10115,Berlin,DE,Saucer,SAU-1,2,6.90,,EUR
2005,2024-05-15 12:30:00,completed,2024-05-15 12:30:30,21.10,0.00,0.00,0.00,stripe,12,ann@example.com,+43 1 2345678,Ann,Lee,,1010,Wien,AT,Cup,CUP-1,2,14.20,,EUR
2005,2024-05-15 12:30:00,completed,2024-05-15 12:30:30,21.10,0.00,0.00,0.00,stripe,12,ann@example.com,+43 1 2345678,Ann,Lee,,1010,Wien,AT,Saucer,SAU-1,2,6.90,,EUR
`;

/** Shopify's columns under other names; what belongs to the order on its first row only. */
export const RENAMED_SHOPIFY = `Order number,Customer email,Payment state,Paid on,Currency,Sub-total,Shipping cost,VAT,Order total,Discount code,Order discount,Placed at,Line qty,Line title,Line price,Line SKU,Billing name,City,Zip,Country,Cancelled on,Refunded,Vendor,Line discount,Phone
#1001,ann@example.com,paid,2024-03-01 10:00:05 +0100,EUR,29.00,4.90,5.00,38.90,,0.00,2024-03-01 10:00:00 +0100,2,Red mug,4.50,MUG,Ann Lee,Wien,'1010,AT,,0.00,Acme,0.00,+4312345678
#1001,ann@example.com,,,,,,,,,,,1,Tea,20.00,TEA,,,,,,,Acme,0.00,
#1002,bob@example.com,refunded,2024-03-02 11:00:05 +0100,EUR,9.00,4.90,1.00,14.90,SPRING,1.00,2024-03-02 11:00:00 +0100,2,Red mug,4.50,MUG,Bob Ray,Graz,'8010,AT,,14.90,Acme,0.00,
#1003,cy@example.com,pending,,EUR,20.00,0.00,2.00,22.00,,0.00,2024-03-03 12:00:00 +0100,1,Tea,20.00,TEA,Cy Moe,Linz,'4020,AT,,0.00,Acme,0.00,
#1004,cy@example.com,paid,2024-03-04 12:00:00 +0100,EUR,24.50,0.00,2.00,26.50,,0.00,2024-03-04 12:00:00 +0100,1,Tea,20.00,TEA,Cy Moe,Linz,'4020,AT,,0.00,Acme,0.00,
#1004,cy@example.com,,,,,,,,,,,1,Red mug,4.50,MUG,,,,,,,Acme,0.00,
`;

export const PEOPLE = `Kundennummer;Vorname;Nachname;E-Mail;Telefon;Ort;PLZ;Land;Newsletter;Lieblingsfarbe
1;Ann;Lee;ann@example.com;+43 1 2345678;Wien;1010;AT;yes;rot
2;Bob;Ray;bob@example.com;;Graz;8010;AT;no;
3;Cy;Moe;cy@example.com;+49 30 2345679;Berlin;10115;DE;yes;blau
`;

export const PRODUCTS = `SKU,Title,Category,Price,Compare at price,Cost,Stock,Brand
MUG-R,Red mug,Kitchen > Mugs,4.50,6.00,1.20,17,Acme
MUG-B,Blue mug,Kitchen > Mugs,4.50,,1.20,3,Acme
TEA-1,Tea 100 g,Food > Tea,20.00,,8.75,120,Leaf
`;

/** Short files in further languages, and the columns that they have. */
export const LANGUAGES: Readonly<
  Record<string, readonly [file: string, columns: Readonly<Record<string, string>>]>
> = {
  French: [
    `N° commande;Date de commande;Client;Référence;Désignation;Quantité;Prix unitaire TTC;Pays
C100;14/03/2024 10:05;77;TH-1;Thé vert;2;12,50;France
C100;14/03/2024 10:05;77;TA-2;Tasse;1;9,90;France
C101;02/03/2024 11:00;78;TH-1;Thé vert;1;12,50;Belgique
`,
    {
      order: "N° commande",
      time: "Date de commande",
      customer: "Client",
      product: "Référence",
      name: "Désignation",
      quantity: "Quantité",
      price: "Prix unitaire TTC",
      country: "Pays",
    },
  ],
  Spanish: [
    `Nº pedido,Fecha,Cliente,Correo electrónico,SKU,Producto,Cantidad,Precio,Estado,Gastos de envío
P1,2024-03-14 10:05:00,77,ana@example.com,TE-1,Té verde,2,12.50,Completado,4.90
P1,2024-03-14 10:05:00,77,ana@example.com,TA-2,Taza,1,9.90,Completado,4.90
P2,2024-03-15 10:05:00,78,luis@example.com,TA-2,Taza,1,9.90,Cancelado,4.90
`,
    {
      order: "Nº pedido",
      time: "Fecha",
      customer: "Cliente",
      email: "Correo electrónico",
      product: "SKU",
      name: "Producto",
      quantity: "Cantidad",
      price: "Precio",
      status: "Estado",
      shipping: "Gastos de envío",
    },
  ],
  Italian: [
    `Numero ordine;Data ordine;Cliente;Codice prodotto;Descrizione;Quantità;Prezzo unitario;Nazione
1;14/3/2024;77;TE-1;Tè verde;2;12,50;Italia
1;14/3/2024;77;TA-2;Tazza;1;9,90;Italia
2;15/3/2024;78;TA-2;Tazza;1;9,90;Svizzera
`,
    {
      order: "Numero ordine",
      time: "Data ordine",
      customer: "Cliente",
      product: "Codice prodotto",
      name: "Descrizione",
      quantity: "Quantità",
      price: "Prezzo unitario",
      country: "Nazione",
    },
  ],
  Dutch: [
    `Ordernummer;Besteldatum;Klantnummer;Artikelnummer;Omschrijving;Aantal;Stukprijs;Totaal;Land
1;14-03-2024 10:05;77;TE-1;Groene thee;2;12,50;39,85;Nederland
1;14-03-2024 10:05;77;TA-2;Kop;1;9,90;39,85;Nederland
2;15-03-2024 10:05;78;TA-2;Kop;1;9,90;14,85;België
`,
    {
      order: "Ordernummer",
      time: "Besteldatum",
      customer: "Klantnummer",
      product: "Artikelnummer",
      name: "Omschrijving",
      quantity: "Aantal",
      price: "Stukprijs",
      total: "Totaal",
      country: "Land",
    },
  ],
};
