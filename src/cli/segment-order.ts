/** In which order segments are listed: by purpose, parts below what they are a part of. */

interface Listed {
  readonly key: string;
  readonly partOf: string | null;
}

/** Parts stand below what they are part of, if that is listed here; depth 1 = a part of nothing. */
export function inOrder<Segment extends Listed>(
  segments: readonly Segment[],
): readonly (Segment & { readonly depth: number })[] {
  type Found = readonly (Segment & { readonly depth: number })[];
  const isPart = ({ partOf }: Segment) => segments.some(({ key }) => key === partOf);
  const withParts = (segment: Segment, depth: number): Found => [
    { ...segment, depth },
    ...segments
      .filter(({ partOf, key }) => partOf === segment.key && key !== segment.key)
      .flatMap((part) => withParts(part, depth + 1)),
  ];
  const listed = segments.filter((s) => !isPart(s)).flatMap((segment) => withParts(segment, 1));
  // Parts of each other, which `tessera check` complains of, must not go missing.
  const lost = segments.filter(({ key }) => !listed.some((l) => l.key === key));
  return [...listed, ...lost.map((segment) => ({ ...segment, depth: 1 }))];
}

/** Groups as the playbook has them, the store's own behind. */
export function ownLast(a: string, b: string): number {
  return Number(a === OWN) - Number(b === OWN);
}

const OWN = "own";

export function headline(group: string): string {
  return group === OWN ? "Your own" : `${group.charAt(0).toUpperCase()}${group.slice(1)}`;
}
