import { describe, expect, test } from 'vitest';
import { LONG } from '../long.ts';
import { sceneOf, whatIsWrong } from './disk/cases.ts';
import { OPERATIONS } from './disk/operations.ts';
import { type Illness, illnessesOf } from './disk/sick-file-system.ts';
import { figure } from './figure.ts';

/** How many cases of each operation the short form tries. */
const SHORT_CASES = 16;
const AT_ONCE = 8;

describe('a system call that fails at any place', () => {
  test.each(OPERATIONS)(
    '$name: a clear error and the old state, or it is done; the next call works, and nothing is left',
    async (operation) => {
      const scene = await sceneOf(operation);
      const all = illnessesOf(scene.calls);
      const stride = LONG ? 1 : Math.ceil(all.length / SHORT_CASES);
      const cases = all.filter((_, n) => n % stride === 0);
      const wrong: string[] = [];
      const next = async () => {
        for (let illness = cases.shift(); illness; illness = cases.shift()) {
          figure('failing system calls', 1);
          const found = await whatIsWrong(scene, illness);
          const { name, file } = scene.calls[illness.at - 1] ?? { name: '?', file: '' };
          wrong.push(...found.map((what) => `${nameOf(illness)} ${name} ${file}: ${what}`));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, next));
      scene.dispose();
      expect(wrong).toEqual([]);
    },
  );
});

function nameOf({ at, errno, lasting }: Illness): string {
  return `call ${at}, ${errno}${lasting ? ' from then on' : ''},`;
}
