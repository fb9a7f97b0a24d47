import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CommsError } from '../src/errors.ts';
import { isNoRegularFile, readRegularText } from '../src/read-file.ts';
import { temporaryDirectory } from './workspace/temporary.ts';

const refusal = (file: string) => {
  try {
    readRegularText(file);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe.skipIf(process.platform === 'win32')('a file that others may have put in place', () => {
  test('is read, also through a link', () => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, 'file'), 'ü');
    symlinkSync(join(dir, 'file'), join(dir, 'link'));
    expect([readRegularText(join(dir, 'file')), readRegularText(join(dir, 'link'))]).toEqual(['ü', 'ü']);
  });

  test('is refused where it is a pipe, a directory, a device or a link to itself, and nobody waits', () => {
    const dir = temporaryDirectory();
    execFileSync('mkfifo', [join(dir, 'pipe')]);
    mkdirSync(join(dir, 'directory'));
    symlinkSync('/dev/zero', join(dir, 'device'));
    symlinkSync(join(dir, 'circle'), join(dir, 'circle'));
    for (const name of ['pipe', 'directory', 'device', 'circle']) {
      const error = refusal(join(dir, name));
      expect(error).toBeInstanceOf(CommsError);
      expect(error).toMatchObject({ code: 'INVALID_WORKSPACE' });
      expect(isNoRegularFile(error)).toBe(true);
    }
  });

  test('is said to be missing by the system', () => {
    expect(refusal(join(temporaryDirectory(), 'none'))).toMatchObject({ code: 'ENOENT' });
  });
});
