import type { Report } from './report-document.ts';

/** It was about exposed keys alone, and of `open` things nothing is left to do. */
export const isLockOut = ({ only, clean }: Report, open: number): boolean =>
  only === 'keys' && clean && open === 0;

/** What a mail says of such a run: machines were not looked at, so that it must not claim that any was stopped. */
export const lockOutTexts = ({ account, actions }: Report) => {
  const goesOn = 'Nothing else was touched: what runs goes on, and is watched.';
  return actions.length > 0
    ? {
        subject: 'EXPOSED KEY locked out, nothing else was touched',
        headline: `Killswitch, account ${account}: a key that AWS reports as exposed is locked out, allowlisted or not. ${goesOn}`,
        japanese:
          '(日本語) AWS が漏えいを報告したアクセスキーを無効化しました。インスタンスなどには触れていません。',
      }
    : {
        subject: 'AWS reports an exposed key, none of it is active',
        headline: `Killswitch, account ${account}: AWS reports an exposed key, and no active key of this account is meant. ${goesOn}`,
        japanese: '(日本語) AWS が漏えいを報告しましたが、該当する有効なキーはありません。',
      };
};
