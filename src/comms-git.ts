import type { CoreContext } from './core/context.ts';
import type { KeptInGit } from './core/git/api.ts';

/** What keeps a workspace in git; each part is loaded with its first use. */
export function gitMethods(ctx: CoreContext): KeptInGit {
  return {
    commit: async (request) => (await import('./core/git/commit.ts')).commitWorkspace(ctx, request),
    sync: async (request) => (await import('./core/git/sync.ts')).syncWorkspace(ctx, request),
    guardCommit: async (request) => (await import('./core/git/guard.ts')).guardCommit(ctx, request),
    uncommitted: async () => (await import('./core/git/uncommitted.ts')).uncommitted(ctx),
  };
}
