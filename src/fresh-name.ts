/**
 * A name that nobody else has or will make: 104 random bits as 26 hexadecimal digits. From Math.random, which each process
 * seeds from the system's entropy; these names tell things apart and guard nothing. `node:crypto` takes 3 ms to load.
 */
export function freshName(): string {
  return digits(24) + digits(24) + digits(24) + digits(24) + digits(8);
}

/** So many random bits; of up to 31, since a small integer is written ten times as fast as a large one. */
function digits(bits: number): string {
  return Math.floor(Math.random() * 2 ** bits)
    .toString(16)
    .padStart(bits / 4, '0');
}
