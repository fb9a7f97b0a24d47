import type { CoreContext } from './core/context.ts';
import type { KeptInGit } from './core/git/api.ts';
import type { MessageHistory } from './core/git/history-api.ts';

/** What keeps a workspace in git; each part is loaded with its first use. */
export function gitMethods(ctx: CoreContext): KeptInGit & MessageHistory {
  return {
    setUpGit: async (request) => (await import('./core/git/setup.ts')).setUpGit(ctx, request),
    removeFromGit: async () => (await import('./core/git/setup.ts')).removeFromGit(ctx),
    checkGit: async () => (await import('./core/git/check.ts')).checkGit(ctx),
    commit: async (request) => (await import('./core/git/commit.ts')).commitWorkspace(ctx, request),
    sync: async (request) => (await import('./core/git/sync.ts')).syncWorkspace(ctx, request),
    guardCommit: async (request) => (await import('./core/git/guard.ts')).guardCommit(ctx, request),
    uncommitted: async () => (await import('./core/git/uncommitted.ts')).uncommitted(ctx),
    log: async (request) => (await import('./core/git/history.ts')).log(ctx, request),
    showAt: async (request) => (await import('./core/git/show-at.ts')).showAt(ctx, request),
    diff: async (request) => (await import('./core/git/diff.ts')).diff(ctx, request),
  };
}
