/**
 * Buffers that grow as they are filled, with zeros where nothing was written: values of one width by
 * their index, and texts one behind the other. They are cleared and filled again, which spares
 * their growth and fresh pages of memory. Little-endian, as the memory of every machine that
 * the engine is built for.
 */

type Numbers = BigUint64Array | Float64Array | Uint32Array | Uint16Array | Uint8Array;

export const FIRST_CAPACITY = 4096;

/** A block has some hundreds of thousands of rows: each step copies, so there are few. */
const GROWTH = 4;

/** The same values with room for `count` or more. */
export function enlarged<A extends Numbers>(values: A, count: number): A {
  const larger = new (values.constructor as new (length: number) => A)(
    Math.max(GROWTH * values.length, count),
  );
  larger.set(values as never);
  return larger;
}

/** The first `count` values, zeros where there are fewer. */
export function bytesOf(values: Numbers, count: number): Uint8Array {
  const { buffer, BYTES_PER_ELEMENT } = values.length < count ? enlarged(values, count) : values;
  return new Uint8Array(buffer, 0, count * BYTES_PER_ELEMENT);
}

/** Whole numbers that a double holds exactly, in 64 bits each. */
export function newInt64s() {
  let halves = new Uint32Array(2 * FIRST_CAPACITY);
  return {
    set(index: number, value: number): void {
      const at = 2 * index;
      if (at >= halves.length) halves = enlarged(halves, at + 2);
      const high = Math.floor(value / 2 ** 32);
      halves[at] = value - high * 2 ** 32;
      halves[at + 1] = high;
    },
    all: (count: number) => bytesOf(halves, 2 * count),
    clear: (count: number) => halves.fill(0, 0, 2 * count),
  };
}

/** Of two bytes each, as letters of European languages take at most, the length is one byte. */
const SHORT_LENGTH = 64;
const ONE_BYTE = 0x80;
const TWO_BYTES = 0x800;

/** Single bytes, lengths in 7-bit groups, and texts in UTF-8 behind their length. */
export function newBytes() {
  let buffer = Buffer.alloc(FIRST_CAPACITY);
  let used = 0;
  const reserve = (count: number) => {
    if (used + count <= buffer.length) return;
    const larger = Buffer.alloc(Math.max(GROWTH * buffer.length, used + count));
    larger.set(buffer);
    buffer = larger;
  };
  const varint = (value: number) => {
    reserve(5);
    let left = value;
    while (left > 127) {
      buffer[used++] = (left & 127) | 128;
      left >>>= 7;
    }
    buffer[used++] = left;
  };
  return {
    byte(value: number): void {
      if (used === buffer.length) reserve(1);
      buffer[used++] = value;
    },
    /** So many bytes of 0, which are as many empty texts. */
    zeros(count: number): void {
      reserve(count);
      used += count;
    },
    varint,
    text(value: string): void {
      const { length } = value;
      // Short, as most are: sooner written by hand than handed to native code.
      if (length < SHORT_LENGTH) {
        reserve(2 * length + 1);
        let end = used + 1;
        let i = 0;
        for (; i < length; i++) {
          const code = value.charCodeAt(i);
          if (code < ONE_BYTE) buffer[end++] = code;
          else if (code < TWO_BYTES) {
            buffer[end++] = 0xc0 | (code >> 6);
            buffer[end++] = 0x80 | (code & 0x3f);
          } else break;
        }
        if (i === length) {
          buffer[used] = end - used - 1;
          used = end;
          return;
        }
      }
      const bytes = Buffer.byteLength(value);
      varint(bytes);
      reserve(bytes);
      used += buffer.write(value, used);
    },
    /** Without a length before it. */
    plain(value: string): void {
      reserve(3 * value.length);
      used += buffer.write(value, used);
    },
    all: (): Uint8Array => buffer.subarray(0, used),
    clear(): void {
      buffer.fill(0, 0, used);
      used = 0;
    },
  };
}
