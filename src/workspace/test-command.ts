import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The command that tests the project in `directory`, as far as its files tell; for test-harness.md. */
export function guessTestCommand(directory: string): string | undefined {
  const has = (name: string) => existsSync(join(directory, name));
  if (has('package.json')) {
    if (scriptsOf(join(directory, 'package.json')).includes('test')) return has('pnpm-lock.yaml') ? 'pnpm test' : 'npm test';
  }
  if (has('Cargo.toml')) return 'cargo test';
  if (has('go.mod')) return 'go test ./...';
  if (has('Makefile') && /^test:/m.test(readFileSync(join(directory, 'Makefile'), 'utf8'))) return 'make test';
  return ['pyproject.toml', 'pytest.ini', 'setup.cfg'].some(has) ? 'python3 -m pytest' : undefined;
}

function scriptsOf(file: string): string[] {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const scripts = typeof parsed === 'object' && parsed !== null && 'scripts' in parsed ? parsed.scripts : undefined;
    return Object.keys(scripts ?? {});
  } catch {
    // The project's affair; a guess is not worth an error.
    return [];
  }
}
