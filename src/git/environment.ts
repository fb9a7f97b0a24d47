/**
 * What git sets for the hooks that it runs. Who works on the repository of a workspace from within such a hook must not
 * take the hook's index, or another repository, for its own.
 */
const OF_ONE_CALL = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
  'GIT_SHALLOW_FILE',
  'GIT_GRAFT_FILE',
  'GIT_REPLACE_REF_BASE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_LITERAL_PATHSPECS',
  'GIT_GLOB_PATHSPECS',
  'GIT_NOGLOB_PATHSPECS',
  'GIT_ICASE_PATHSPECS',
  'GIT_REFLOG_ACTION',
];

/** Set for the hooks of a merge that `comms sync` makes. */
export const SYNCING = 'COMMS_SYNCING';

/** An environment in which git finds the repository by where it is run. */
export function ownEnvironment(env: Record<string, string | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OF_ONE_CALL.includes(name)));
}
