import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms schema', () => {
  test('prints a schema, however its name is cased', async () => {
    const { comms } = testWorkspace();
    expect(JSON.parse((await comms('schema bug_report')).out)).toMatchObject({ title: 'BugReport' });
  });

  test.each([
    ['BUG_REPOTR', 'Did you mean: comms schema BUG_REPORT'],
    // What every object has by itself.
    ['constructor', 'comms schema lists them'],
    ['toString', 'comms schema lists them'],
    ['__proto__', 'comms schema lists them'],
  ])('knows none called %s', async (name, hint) => {
    const { json } = testWorkspace();
    const { exit, error } = await json(`schema ${name}`);
    expect({ exit, error }).toMatchObject({ exit: 6, error: { code: 'UNKNOWN_TYPE', hint } });
  });
});
