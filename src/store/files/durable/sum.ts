/**
 * A sum of 32 bits over the bytes, which tells one state of a file from another where size and time are the same. Over
 * whole words and written out: it takes 2 ms for 5 MB, and loading a library for it would cost every short command as much.
 */
export function sumOf(bytes: Buffer): number {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
  let sum = bytes.length;
  for (let n = 0; n < words.length; n++) {
    sum = Math.imul(sum ^ (words[n] as number), 0x9e3779b1);
    sum ^= sum >>> 15;
  }
  for (let n = words.length * 4; n < bytes.length; n++) sum = Math.imul(sum ^ (bytes[n] as number), 0x01000193);
  return sum >>> 0;
}
