import type { Behaviour } from '../../core/behaviour.ts';

const API =
  'https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html';

export const PRICING_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'pricing-products',
    claim: 'a product is JSON in a string, with its attributes and its on-demand terms',
    source: API,
  },
  {
    id: 'pricing-filters',
    claim: 'all filters must match; without those for plain Linux a type has several products',
    source: `${API}; assumption: which others there are, and at what price`,
  },
  {
    id: 'pricing-hosts',
    claim: 'a whole host is a product of its own, whose instance type is a family; Mac has no other price',
    source: `${API}; EC2 User Guide, EC2 Mac instances: the unit of billing is the dedicated host`,
  },
  {
    id: 'pricing-pages',
    claim: 'pages have at most 100 products and show each exactly once',
    source: API,
  },
  {
    id: 'pricing-refuses',
    claim: 'a bad page token, page size, filter or service is an error of its own',
    source: API,
  },
];
