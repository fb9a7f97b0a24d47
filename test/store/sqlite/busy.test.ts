import { expect, test } from 'vitest';
import { createPatience } from '../../../src/store/sqlite/busy.ts';

const busy = Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });

/** A connection that finds others writing as often as `meets` says; the waits that it makes, in ms, are in `waits`. */
function connection(timeoutMs = 60_000) {
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  const { onceFree } = createPatience({ timeoutMs }, { sleep, random: () => 0.5 });
  const write = (meets: number) => {
    let met = 0;
    return onceFree(() => {
      if (met++ < meets) throw busy;
      return 'done';
    });
  };
  return { waits, write };
}

test('waits are twice as long each time that somebody is there, up to a longest one', async () => {
  const { waits, write } = connection();
  expect(await write(9)).toBe('done');
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64]);
});

test('what was met once is remembered, and fades with each write that met nobody', async () => {
  const { waits, write } = connection();
  await write(5);
  await write(1);
  for (let n = 0; n < 35; n++) await write(0);
  await write(1);
  for (let n = 0; n < 500; n++) await write(0);
  await write(1);
  expect(waits.slice(5).map(Math.round)).toEqual([32, 32, 1]);
});

test('other errors, and one that does not end in time, come out', async () => {
  const { onceFree } = createPatience({ timeoutMs: 0 });
  await expect(onceFree(() => Promise.reject(new Error('No.')))).rejects.toThrow('No.');
  await expect(
    onceFree(() => {
      throw busy;
    }),
  ).rejects.toBe(busy);
});
