/**
 * Unpacks Zstandard (RFC 8878), which Node itself can do only from version 22 on. `fzstd` decodes
 * the blocks but passes over the checksum of a frame, so that a damaged file could come out as
 * other values. Here the stream is cut into its frames, and what each one yields is compared with
 * its checksum.
 *
 *   frame:  magic 4 | descriptor 1 | header | block | block ... | checksum 4, if announced
 *   block:  3 bytes: last 1 bit, type 2 bits, size 21 bits | content
 */

import { Decompress } from "fzstd";
import xxhash from "xxhash-wasm";

export const ZSTD_MAGIC = 0xfd2fb528;

/** The bytes are no Zstandard, or not those that were packed. */
export class ZstdDamage extends Error {
  constructor(readonly fault: "damaged" | "cut short") {
    super(`the zstd file is ${fault}`);
  }
}

/** Yields the content in large pieces; throws `ZstdDamage`. */
export async function* unpackZstd(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { create64 } = await xxhash();
  const input = readBytes(chunks);
  for (;;) {
    const magic = await input.take(4, { orEnd: true });
    if (magic.length === 0) return;
    const kind = magic.readUInt32LE();
    if ((kind & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      await input.take((await input.take(4)).readUInt32LE());
      continue;
    }
    if (kind !== ZSTD_MAGIC) throw new ZstdDamage("damaged");
    const descriptor = await input.take(1);
    const { headerBytes, checked } = describeFrame(descriptor[0]!);
    const header = await input.take(headerBytes);
    const hash = create64();
    let output: Uint8Array[] = [];
    let outputBytes = 0;
    const decoder = new Decompress((piece) => {
      if (checked) hash.update(piece);
      output.push(piece);
      outputBytes += piece.length;
    });
    const decode = (bytes: Buffer, options = { final: false }) => {
      try {
        decoder.push(bytes, options.final);
      } catch {
        throw new ZstdDamage("damaged");
      }
    };
    decode(Buffer.concat([magic, descriptor, header]));
    for (let last = false; !last; ) {
      const head = await input.take(3);
      const block = head.readUIntLE(0, 3);
      last = (block & 1) === 1;
      const repeated = ((block >> 1) & 3) === 1;
      const content = await input.take(repeated ? 1 : block >> 3);
      decode(head);
      decode(content, { final: last && !checked });
      if (outputBytes < PIECE_BYTES) continue;
      yield Buffer.concat(output, outputBytes);
      [output, outputBytes] = [[], 0];
    }
    if (checked) {
      const checksum = await input.take(4);
      decode(checksum, { final: true });
      if (Number(hash.digest() & 0xffffffffn) !== checksum.readUInt32LE()) {
        throw new ZstdDamage("damaged");
      }
    }
    if (outputBytes > 0) yield Buffer.concat(output, outputBytes);
  }
}

const SKIPPABLE_MAGIC = 0x184d2a50;
const PIECE_BYTES = 1024 * 1024;

/** Bytes between descriptor and first block, and whether a checksum follows the last one. */
function describeFrame(descriptor: number): { headerBytes: number; checked: boolean } {
  const sizeFlag = descriptor >> 6;
  const single = (descriptor >> 5) & 1;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = sizeFlag === 0 ? single : 1 << sizeFlag;
  return {
    headerBytes: 1 - single + dictionaryBytes + sizeBytes,
    checked: ((descriptor >> 2) & 1) === 1,
  };
}

interface ByteReader {
  /** The next bytes, all of them; with `orEnd` none at the end of the input. */
  take(bytes: number, options?: { readonly orEnd: boolean }): Promise<Buffer>;
}

function readBytes(chunks: AsyncIterable<Buffer>): ByteReader {
  const source = chunks[Symbol.asyncIterator]();
  let pending: Buffer = Buffer.alloc(0);
  return {
    async take(bytes, { orEnd = false } = { orEnd: false }) {
      while (pending.length < bytes) {
        const { value, done } = await source.next();
        if (done) {
          if (orEnd && pending.length === 0) return pending;
          throw new ZstdDamage("cut short");
        }
        pending = pending.length > 0 ? Buffer.concat([pending, value]) : value;
      }
      const taken = pending.subarray(0, bytes);
      pending = pending.subarray(bytes);
      return taken;
    },
  };
}
