import { join } from 'node:path';
import { autocommitFiles } from './comms-autocommit.ts';
import type { CoreContext, OwnTypeValidator, TrafficPort } from './core/context.ts';
import { documentFile } from './workspace/document-file.ts';
import { PLAN_FILE, RESERVATIONS_FILE } from './workspace/layout.ts';

/** What reads files for core, loaded by the first message that needs it. */
export function filePorts(where: { root: string; cwd: string; newUid: () => string }): Pick<CoreContext, FilePort> {
  let validator: Promise<OwnTypeValidator> | undefined;
  const load = async () => {
    const [{ createOwnTypeValidator }, { schemaFiles }] = await Promise.all([import('./core/own-types.ts'), import('./comms-files.ts')]);
    return createOwnTypeValidator(schemaFiles(where.root));
  };
  const breakers = async () => (await import('./comms-breakers.ts')).breakerFiles(where);
  let log: Promise<TrafficPort> | undefined;
  const traffic = () => {
    log ??= import('./comms-traffic.ts').then(({ trafficFiles }) => trafficFiles(where));
    return log;
  };
  return {
    repositoryOf: async () => (await import('./git/repository.ts')).repositoryAt(where.root),
    attachments: { describe: async (path) => (await import('./comms-files.ts')).attachmentFiles(where).describe(path) },
    validateOwnType: async (message) => {
      validator ??= load();
      return (await validator)(message);
    },
    breakers: {
      read: async (key) => (await breakers()).read(key),
      update: async (key, change) => (await breakers()).update(key, change),
    },
    plan: documentFile(where.root, PLAN_FILE),
    reservations: documentFile(where.root, RESERVATIONS_FILE),
    committer: {
      alone: async (work) => (await import('./comms-committer.ts')).alone(where, work),
      newIndexFile: () => join(where.root, '.state', `commit-index-${where.newUid()}`),
    },
    autocommit: autocommitFiles(where.root),
    traffic: {
      append: async (entry) => (await traffic()).append(entry),
      read: async () => (await traffic()).read(),
      close: async () => (await log)?.close?.(),
    },
    repository: { globOf: async (path) => (await import('./comms-repository.ts')).repositoryPaths(where).globOf(path) },
  };
}

type FilePort =
  | 'attachments'
  | 'validateOwnType'
  | 'breakers'
  | 'plan'
  | 'reservations'
  | 'repository'
  | 'traffic'
  | 'repositoryOf'
  | 'committer'
  | 'autocommit';
