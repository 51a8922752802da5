import type { Report } from './report-document.ts';

/** Whether the run was only about exposed keys and left nothing to do. @param open things that are left */
export const isLockOut = ({ only, clean }: Report, open: number): boolean =>
  only === 'keys' && clean && open === 0;

/** The texts of a mail about such a run. It looked at no machines, so no text may claim a stop. */
export const lockOutTexts = ({ account, actions }: Report) => {
  const goesOn = 'Nothing else was touched: all else keeps running and is watched.';
  return actions.length > 0
    ? {
        subject: 'EXPOSED KEY locked out, nothing else was touched',
        headline:
          `Killswitch, account ${account}: a key that AWS reports as exposed is locked out, ` +
          `even if it is on the allowlist. ${goesOn}`,
        japanese:
          '(日本語) AWS が漏えいを報告したアクセスキーを無効化しました。インスタンスなどには触れていません。',
      }
    : {
        subject: 'AWS reports an exposed key, but it is not active',
        headline:
          `Killswitch, account ${account}: AWS reports an exposed key, ` +
          `but it is not an active key of this account. ${goesOn}`,
        japanese: '(日本語) AWS が漏えいを報告しましたが、該当する有効なキーはありません。',
      };
};
