import type * as api from '@aws-sdk/client-guardduty';
import { pageFrom } from '../../core/paging.ts';
import { type CallContext, type Operations, ServiceError } from '../../core/service.ts';
import type { GuardDuty } from './guardduty.ts';

const PAGE = 50; // API_ListFindings, API_GetFindings: at most

/** The part of GuardDuty's API that reads findings. */
export function guardDutyOperations(guardDuty: GuardDuty): Operations {
  return {
    ListDetectors(_: api.ListDetectorsRequest, { region }: CallContext): api.ListDetectorsResponse {
      const detector = guardDuty.detectorIn(region);
      return { DetectorIds: detector ? [detector.id] : [] };
    },

    ListFindings(input: api.ListFindingsRequest, { region }: CallContext): api.ListFindingsResponse {
      const { DetectorId, FindingCriteria, SortCriteria, MaxResults = PAGE, NextToken } = input;
      const { findings } = guardDuty.require(region, DetectorId);
      const criteria = Object.entries(FindingCriteria?.Criterion ?? {});
      const found = [...findings.values()].filter((finding) =>
        criteria.every(([field, condition]) => meets(fieldOf(finding, field), condition, field)),
      );
      const { AttributeName = 'updatedAt', OrderBy = 'DESC' } = SortCriteria ?? {};
      const sign = OrderBy === 'ASC' ? 1 : -1;
      found.sort((a, b) => (fieldOf(a, AttributeName) < fieldOf(b, AttributeName) ? -sign : sign));
      const { page, next } = pageFrom(found, MaxResults, NextToken || undefined);
      // Empty on the last page. Source: API_ListFindings.
      return { FindingIds: page.map(({ Id = '' }) => Id), NextToken: '', ...next };
    },

    /** Ignores ids of no finding (assumption). */
    GetFindings(input: api.GetFindingsRequest, { region }: CallContext): api.GetFindingsResponse {
      const { DetectorId, FindingIds = [] } = input;
      const { findings } = guardDuty.require(region, DetectorId);
      if (FindingIds.length < 1 || FindingIds.length > PAGE)
        throw new ServiceError(
          'BadRequestException',
          'The request is rejected because the parameter findingIds is out-of-bounds.',
        );
      return { Findings: FindingIds.flatMap((id) => findings.get(id) ?? []) };
    },
  };
}

/** Times are milliseconds in criteria. Source: API_ListFindings. @throws Error for a field that is not simulated. */
function fieldOf(
  { Type, UpdatedAt, CreatedAt, Severity, Service }: api.Finding,
  field: string,
): string | number {
  switch (field) {
    case 'type':
      return Type ?? '';
    case 'updatedAt':
      return Date.parse(UpdatedAt ?? '');
    case 'createdAt':
      return Date.parse(CreatedAt ?? '');
    case 'severity':
      return Severity ?? 0;
    case 'service.archived':
      return String(Service?.Archived ?? false);
    default:
      throw new Error(`findings by ${field} are not simulated`);
  }
}

function meets(value: string | number, condition: api.Condition, field: string): boolean {
  const { Equals, Eq = Equals, NotEquals, Neq = NotEquals, Matches, NotMatches } = condition;
  const { GreaterThan, Gt = GreaterThan, GreaterThanOrEqual, Gte = GreaterThanOrEqual } = condition;
  const { LessThan, Lt = LessThan, LessThanOrEqual, Lte = LessThanOrEqual } = condition;
  if (Matches || NotMatches) throw new Error(`a pattern for ${field} is not simulated`);
  return (
    (Eq === undefined || Eq.includes(String(value))) &&
    (Neq === undefined || !Neq.includes(String(value))) &&
    (Gt === undefined || Number(value) > Gt) &&
    (Gte === undefined || Number(value) >= Gte) &&
    (Lt === undefined || Number(value) < Lt) &&
    (Lte === undefined || Number(value) <= Lte)
  );
}
