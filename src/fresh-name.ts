/**
 * A name that nobody else has or will make: 104 random bits as 26 hexadecimal digits. From Math.random, which each process
 * seeds from the system's entropy; these names tell things apart and guard nothing. `node:crypto` takes 3 ms to load.
 */
export function freshName(): string {
  return randomDigits() + randomDigits();
}

function randomDigits(): string {
  return Math.floor(Math.random() * 2 ** 52)
    .toString(16)
    .padStart(13, '0');
}
