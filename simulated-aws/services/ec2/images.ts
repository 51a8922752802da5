import type { Random } from '../../core/random.ts';
import { resourceId } from './resource-id.ts';

export interface Image {
  readonly id: string;
  readonly name: string;
  /** Its instances boot from an instance store: it was registered from a manifest in S3. */
  readonly instanceStore: boolean;
}

/** A launch template, as far as a launch needs it. */
export interface LaunchTemplate {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly imageId?: string;
  readonly type?: string;
  readonly disableApiStop?: boolean;
  readonly disableApiTermination?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What instances are launched from: images and launch templates, by region. */
export class Images {
  readonly #images = new Map<string, Image[]>();
  readonly #templates = new Map<string, LaunchTemplate[]>();

  constructor(readonly random: Random) {}

  register(region: string, name: string, instanceStore = false): Image {
    const image = { id: resourceId(this.random, 'ami'), name, instanceStore };
    this.#images.set(region, [...(this.#images.get(region) ?? []), image]);
    return image;
  }

  find(region: string, id: string): Image | undefined {
    return this.#images.get(region)?.find((image) => image.id === id);
  }

  /** The first image of this kind; registers one when there is none. */
  anyIn(region: string, instanceStore: boolean): Image {
    const known = this.#images.get(region)?.find((image) => image.instanceStore === instanceStore);
    return (
      known ?? this.register(region, instanceStore ? 'instance-store-image' : 'ebs-image', instanceStore)
    );
  }

  addTemplate(region: string, template: Omit<LaunchTemplate, 'id'>): LaunchTemplate {
    const added = { ...template, id: resourceId(this.random, 'lt') };
    this.#templates.set(region, [...(this.#templates.get(region) ?? []), added]);
    return added;
  }

  /** By its name or its id. */
  template(region: string, nameOrId: string): LaunchTemplate | undefined {
    return this.#templates.get(region)?.find(({ name, id }) => name === nameOrId || id === nameOrId);
  }
}
