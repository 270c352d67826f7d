/** Names and places of the demo store's countries. Addresses are made up, mail domains reserved. */

export interface Place {
  readonly country: string;
  readonly weight: number;
  /** City and the first digits of its postcodes. */
  readonly cities: readonly (readonly [string, string])[];
  readonly streets: readonly string[];
  readonly women: readonly string[];
  readonly men: readonly string[];
  readonly lastNames: readonly string[];
  /** Of VAT, in percent. */
  readonly taxPercent: number;
  readonly dialling: string;
}

export const PLACES: readonly Place[] = [
  {
    country: "TR",
    weight: 5,
    cities: [
      ["İstanbul", "34"],
      ["İzmir", "35"],
      ["Ankara", "06"],
    ],
    streets: ["Atatürk Cd.", "Bağdat Cd.", "Çınar Sk.", "Gül Sk."],
    women: ["Ayşe", "Elif", "Zeynep", "Işıl", "Merve", "Selin", "Derya", "İpek"],
    men: ["Mehmet", "Emre", "Can", "İlker", "Ozan", "Kerem", "Burak", "Tolga"],
    lastNames: ["Yılmaz", "Kaya", "Demir", "Şahin", "Çelik", "Işık", "Öztürk", "Arslan", "Aydın"],
    taxPercent: 20,
    dialling: "+90555",
  },
  {
    country: "DE",
    weight: 3,
    cities: [
      ["Berlin", "10"],
      ["Köln", "50"],
      ["Hamburg", "20"],
    ],
    streets: ["Lindenstraße", "Hauptstraße", "Gartenweg", "Am Markt"],
    women: ["Anna", "Lena", "Sophie", "Jana", "Katrin", "Mia", "Heike", "Nele"],
    men: ["Jonas", "Felix", "Lukas", "Jörg", "Stefan", "Till", "Uwe", "Max"],
    lastNames: ["Müller", "Schmidt", "Weber", "Fischer", "Becker", "Groß", "Wolf", "Krüger"],
    taxPercent: 19,
    dialling: "+49170",
  },
  {
    country: "GB",
    weight: 3,
    cities: [
      ["London", "N1 "],
      ["Leeds", "LS2 "],
      ["Bristol", "BS1 "],
    ],
    streets: ["High Street", "Church Lane", "Mill Road", "Station Road"],
    women: ["Emily", "Grace", "Chloe", "Hannah", "Lucy", "Zoe", "Holly", "Amy"],
    men: ["Jack", "Oliver", "Harry", "George", "Tom", "Liam", "Noah", "Adam"],
    lastNames: ["Smith", "Jones", "Taylor", "O'Brien", "Evans", "Walker", "Wright", "Hall"],
    taxPercent: 20,
    dialling: "+44770",
  },
  {
    country: "FR",
    weight: 2,
    cities: [
      ["Paris", "75"],
      ["Lyon", "69"],
      ["Nîmes", "30"],
    ],
    streets: ["rue de la Paix", "rue Pasteur", "avenue Foch", "place du Marché"],
    women: ["Chloé", "Léa", "Manon", "Inès", "Camille", "Zoé", "Élise", "Jade"],
    men: ["Hugo", "Louis", "Jules", "Théo", "Loïc", "Rémi", "Paul", "Noé"],
    lastNames: ["Martin", "Bernard", "Dubois", "Lefèvre", "Moreau", "Garnier", "Faure", "Noël"],
    taxPercent: 20,
    dialling: "+33612",
  },
];

export const COMPANIES = ["Hotel", "Kindergarten", "Office Supply", "Café", "Events", "Interiors"];

export const MAIL_DOMAINS = ["example.com", "example.org", "example.net"] as const;
/** The demo store's own: its staff writes from it. */
export const STORE_DOMAIN = "maple-demo.example";
export const RELAY_DOMAINS = ["privaterelay.appleid.com", "marketplace.amazon.com"] as const;
/** What people type who do not want to give an address. */
export const JUNK_MAIL = ["test@test.com", "none@none.com"] as const;

const PLAIN = new Map<string, string>();

/** Letters a to z only, for an e-mail address. The names are few, so each is worked out once. */
export function plainLetters(text: string): string {
  let plain = PLAIN.get(text);
  if (plain === undefined) {
    const latin = text.replace(/ı/g, "i").replace(/ß/g, "ss").normalize("NFKD").toLowerCase();
    plain = latin.replace(/[^a-z]/g, "");
    PLAIN.set(text, plain);
  }
  return plain;
}
