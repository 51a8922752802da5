import * as v from 'valibot';
import type { Action, Outcome, Resource, Verb } from '../../lambda/core/model.ts';
import { type ActContext, type Deed, defineKind, type Kind } from '../../lambda/kinds/kind.ts';

const lampFacts = v.object({ burns: v.boolean() });
type LampFacts = v.InferOutput<typeof lampFacts>;

/** A kind whose resources are lamps in memory; a lamp burns or not. */
export class Lamps {
  readonly burning = new Map<string, boolean>();
  readonly switched: string[] = [];
  /** Runs before a lamp is switched off. Its error becomes the outcome's error. */
  beforeSwitch: (id: string) => Promise<void> | void = () => {};
  /** Runs before each page is read. */
  beforePage: (page: number) => Promise<void> | void = () => {};
  after: Action['after'];
  pageSize = 10;

  constructor(
    readonly name: string,
    readonly scope: string,
    ids: readonly string[],
    readonly verb: Verb = 'stop',
  ) {
    for (const id of ids) this.burning.set(id, true);
  }

  get lit(): string[] {
    return [...this.burning].flatMap(([id, burns]) => (burns ? id : []));
  }

  private resource(id: string): Resource<LampFacts> {
    return { kind: this.name, scope: this.scope, id, facts: { burns: this.burning.get(id) ?? false } };
  }

  get kind(): Kind {
    return this.kindWith({});
  }

  /** The kind, with parts of its deed replaced. */
  kindWith(other: Partial<Deed<LampFacts>>): Kind {
    const deed: Deed<LampFacts> = {
      discover: () => this.discover(),
      plan: (found) =>
        found.map(({ kind, scope, id, facts }) => ({
          kind,
          scope,
          id,
          verb: this.verb,
          before: facts,
          ...(this.after ? { after: this.after } : {}),
        })),
      act: (context, actions) => this.act(context, actions),
    };
    return defineKind<LampFacts>({
      name: this.name,
      title: this.name,
      scope: this.scope === 'global' ? 'global' : 'regional',
      facts: lampFacts,
      discover: [],
      verbs: {
        [this.verb]: {
          grants: [],
          before: lampFacts,
          words: { done: ['lamp out', 'lamps out'], putBack: ['lamp', 'lamps'] },
        },
      },
      restore: [],
      load: async () => ({ ...deed, ...other }),
      loadUndo: async () => ({ restore: (_aws, actions, dryRun) => this.restore(actions, dryRun) }),
    });
  }

  private async *discover() {
    const { lit } = this;
    for (let at = 0, page = 1; at === 0 || at < lit.length; at += this.pageSize, page++) {
      await this.beforePage(page);
      yield lit.slice(at, at + this.pageSize).map((id) => this.resource(id));
    }
  }

  private async *act(_context: ActContext, actions: readonly Action[]): AsyncGenerator<Outcome> {
    for (const { kind, scope, id, verb } of actions) {
      try {
        await this.beforeSwitch(id);
        this.burning.set(id, false);
        this.switched.push(id);
        yield { kind, scope, id, verb, status: 'done' };
      } catch (thrown) {
        const { name: code, message, transient } = thrown as Error & { transient?: boolean };
        const status = code === 'NotFound' ? 'gone' : 'failed';
        yield {
          kind,
          scope,
          id,
          verb,
          status,
          code,
          error: `${code}: ${message}`,
          ...(transient ? { transient } : {}),
        };
      }
    }
  }

  private async *restore(actions: readonly Action[], dryRun: boolean) {
    for (const action of actions) {
      const wasBurning = action.before['burns'] === true;
      const isBurning = this.burning.get(action.id);
      if (isBurning === undefined) yield { action, status: 'impossible' as const, detail: 'is gone' };
      else if (isBurning === wasBurning) yield { action, status: 'unchanged' as const, detail: 'as it was' };
      else {
        if (!dryRun) this.burning.set(action.id, wasBurning);
        yield { action, status: 'restored' as const, detail: 'burns again' };
      }
    }
  }
}

/** An error with a name of AWS. */
export const named = (name: string, more: object = {}) => Object.assign(new Error('no'), { name, ...more });
