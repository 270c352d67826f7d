/** So many values, made one after the other: several times sooner than by `Array.from`. */
export function times<T>(count: number, make: (index: number) => T): T[] {
  const made: T[] = [];
  for (let i = 0; i < count; i++) made.push(make(i));
  return made;
}
