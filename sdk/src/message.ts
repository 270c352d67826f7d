/** A call as a message of Segment's HTTP API, all but who it is of. */

export const VERSION = "0.1.0";

const CAMPAIGN = ["name", "source", "medium", "term", "content"] as const;

export interface Message {
  type: "page" | "track" | "identify" | "alias";
  messageId: string;
  timestamp: string;
  context: Record<string, unknown>;
  userId?: string;
  [field: string]: unknown;
}

/** Copies `fields`, which the page may change before the message is sent. */
export function createMessage(
  type: Message["type"],
  fields: Record<string, unknown>,
  referrer: string,
): Message {
  const page = pageContext(referrer);
  const campaign = campaignOf(new URLSearchParams(location.search));
  return {
    ...JSON.parse(JSON.stringify(fields)),
    type,
    messageId: newId(),
    timestamp: new Date().toISOString(),
    context: {
      page,
      ...(Object.keys(campaign).length > 0 && { campaign }),
      library: { name: "tessera.js", version: VERSION },
      locale: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      userAgent: navigator.userAgent,
    },
  };
}

export function pageContext(referrer: string): Record<string, string> {
  const { pathname, search, href } = location;
  return {
    ...{ path: pathname, search, title: document.title, referrer },
    url: href.replace(/#.*/, ""),
  };
}

/** `utm_campaign` is the campaign's name. */
function campaignOf(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    CAMPAIGN.flatMap((part) => {
      const value = query.get(`utm_${part === "name" ? "campaign" : part}`);
      return value ? [[part, value]] : [];
    }),
  );
}

/** A random UUID; `crypto.randomUUID` is missing on pages without https. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
