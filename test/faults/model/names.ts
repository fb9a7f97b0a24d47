import { expect } from 'vitest';
import type { Copy } from '../../../src/store/store.ts';
import type { Model } from './model.ts';
import type { ModelCopy } from './shapes.ts';

/** A copy in the names of the model, without what the model does not know. */
export interface PlainCopy {
  inbox: string;
  section: string;
  message: Record<string, unknown>;
}

/**
 * What one store calls the messages and tokens of the model. Bounces that are written in one step may get their numbers
 * in any order, and tokens are random; everything else has to be called the same.
 */
export class Names {
  readonly #ids = new Map<string, string>();
  readonly #modelIds = new Map<string, string>();
  readonly #tokens = new Map<string, string>();
  readonly #modelTokens = new Map<string, string>();

  constructor(readonly model: Model) {}

  id(modelId: string): string {
    return this.#ids.get(modelId) ?? modelId;
  }

  token(modelToken: string | undefined): string | undefined {
    return modelToken === undefined ? undefined : (this.#tokens.get(modelToken) ?? modelToken);
  }

  modelId(id: string): string {
    return this.#modelIds.get(id) ?? id;
  }

  /** Takes note of the token that a claim gave. It has to be a new one. */
  learnToken(modelToken: string | undefined, token: string | undefined): void {
    if (modelToken === undefined || token === undefined) return;
    if (this.#modelTokens.has(token)) throw new Error(`The token ${token} was given before.`);
    this.#tokens.set(modelToken, token);
    this.#modelTokens.set(token, modelToken);
  }

  /** Finds out which messages of the store are the model's new ones. */
  learnIds(found: readonly Copy[]): void {
    const fresh = this.model.copies.filter(({ message }) => !this.#ids.has(message.id));
    const strange = new Map(found.filter(({ message }) => !this.#modelIds.has(message.id)).map((copy) => [copy.message.id, copy]));
    for (const { inbox, message } of fresh) {
      if (this.#ids.has(message.id)) continue;
      const isBounce = (copy: Copy) => copy.message.metadata?.bounce === true && copy.inbox === inbox && this.#isAbout(message, copy);
      const isIt = (copy: Copy) => (message.references.length > 0 ? isBounce(copy) : copy.message.id === message.id);
      const alike = [...strange.values()].filter(isIt);
      const own = alike.find((copy) => copy.message.sender === message.sender) ?? alike[0];
      if (!own) continue;
      this.#ids.set(message.id, own.message.id);
      this.#modelIds.set(own.message.id, message.id);
      strange.delete(own.message.id);
    }
    if (fresh.length === 0) return;
    const numbers = new Set(fresh.map(({ message }) => message.id));
    expect([...new Set([...numbers].map((id) => this.id(id)))].sort(), 'the ids that were given').toEqual([...numbers].sort());
  }

  /** A copy of the store's as the model would have it. */
  plain({ inbox, section, message }: Copy): PlainCopy {
    const { uid, content, delivery = {}, ...rest } = structuredClone(message);
    if (typeof uid !== 'string') throw new Error(`${message.id} has no uid.`);
    const { details, ...others } = content;
    const { recipients } = others.context ?? {};
    if (Array.isArray(recipients)) recipients.sort();
    const { lease_token, ...lease } = delivery;
    const token = lease_token === undefined ? {} : { lease_token: this.#modelTokens.get(lease_token) ?? lease_token };
    return tellerAside(
      this.model,
      this.#inModelIds({ inbox, section, message: { ...rest, content: others, delivery: { ...lease, ...token } } }),
    );
  }

  #isAbout({ sender, references, subject }: ModelCopy['message'], { message }: Copy): boolean {
    const isTeller = message.sender === sender || this.model.heldForSeveral.has(references[0] ?? '');
    return this.id(references[0] ?? '') === message.references[0] && message.subject === subject && isTeller;
  }

  #inModelIds<T>(value: T): T {
    return JSON.parse(JSON.stringify(value).replaceAll(/msg-\d{3,}/g, (id) => this.modelId(id))) as T;
  }
}

/** The model's copy in the same form. */
export function plainModel(model: Model, { inbox, section, message }: ModelCopy): PlainCopy {
  return tellerAside(model, JSON.parse(JSON.stringify({ inbox, section, message })));
}

/** Of a message to several that expired while it was held its sender is told once, by one of them, whichever. */
function tellerAside(model: Model, copy: PlainCopy): PlainCopy {
  const { metadata, references, subject } = copy.message as unknown as ModelCopy['message'];
  const isOpen = metadata?.bounce === true && subject.startsWith('Not handled') && model.heldForSeveral.has(references[0] ?? '');
  return isOpen ? { ...copy, message: { ...copy.message, sender: 'one of them' } } : copy;
}

/** Puts copies in an order that does not depend on where the store keeps them. */
export function sorted<T extends { inbox: string; section?: string }>(copies: readonly T[], idOf: (copy: T) => string): T[] {
  const key = (copy: T) => `${copy.inbox} ${idOf(copy)} ${copy.section}`;
  return [...copies].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
