import type { IForbiddenRuleType } from 'dependency-cruiser';
import type { Layer } from './layers.ts';

const inside = (folders: readonly string[]): string => `^(?:${folders.join('|')})/`;
const AWS_SDK = '^node_modules/(?:@aws-sdk|@smithy)/';
const CDK = '^node_modules/(?:aws-cdk-lib|constructs)/';

/** What the layers allow, and what each side of the house may use of AWS: rules for dependency-cruiser. */
export function importRules(layers: readonly Layer[]): IForbiddenRuleType[] {
  const all = layers.flatMap(({ folders }) => folders);
  const partOf = ({ folders }: Layer) => {
    const apart = all.filter((other) => folders.some((own) => other.startsWith(`${own}/`)));
    return { path: inside(folders), ...(apart.length > 0 ? { pathNot: inside(apart) } : {}) };
  };
  const rule = (name: string, from: IForbiddenRuleType['from'], to: object) => ({
    ...{ name, severity: 'error' as const, from, to },
  });
  return [
    rule('no cycle', {}, { circular: true }),
    ...layers.flatMap((layer, at) =>
      layers
        .slice(0, at)
        .map((above) => rule(`${layer.name} knows nothing of ${above.name}`, partOf(layer), partOf(above))),
    ),
    ...layers.flatMap(({ folders, areApart }) =>
      (areApart ? folders : []).map((folder) =>
        rule(
          `${folder} knows nothing of its neighbours`,
          { path: inside([folder]) },
          { path: inside(folders.filter((other) => other !== folder)) },
        ),
      ),
    ),
    ...layers.flatMap(({ name, folders, standsAlone }) =>
      standsAlone
        ? rule(
            `${name} stands alone`,
            { path: inside(folders) },
            {
              path: inside(all.filter((other) => !folders.some((own) => `${other}/`.startsWith(`${own}/`)))),
            },
          )
        : [],
    ),
    rule(
      'a simulated service knows another by what it is, not by its operations',
      { path: '^simulated-aws/services/([^/]+)/' },
      {
        path: '^simulated-aws/services/[^/]+/(?:operations|behaviours)\\.ts$',
        pathNot: '^simulated-aws/services/$1/',
      },
    ),
    rule(
      'the core knows no AWS and no stack',
      { path: '^lambda/core/' },
      { path: [AWS_SDK, CDK], dependencyTypesNot: ['type-only'] },
    ),
    rule('the core uses no module of Node.js', { path: '^lambda/core/' }, { dependencyTypes: ['core'] }),
    rule('the function knows nothing of the stack', { path: '^lambda/' }, { path: CDK }),
    rule(
      'the stack takes settings, kinds and permissions from the function, and nothing that acts',
      { path: '^lib/' },
      {
        path: ['^lambda/(?:shell|contain|engine|tripwire)/', '^lambda/(?:handler|compose)\\.ts$', AWS_SDK],
        dependencyTypesNot: ['type-only'],
      },
    ),
  ];
}
