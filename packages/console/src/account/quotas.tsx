import { useState } from 'preact/hooks'
import { askServer, changeAtServer } from '../api/administration.ts'
import { sizeText } from '../shared/formats.ts'
import { Icon } from '../shared/icon.tsx'
import { tellDone, tellFailed } from '../shared/notices.tsx'
import { ask } from '../shared/question.tsx'
import { RowsTable } from '../shared/rows-table.tsx'
import { accountTexts } from '../texts/account.ts'
import { QuotaDialog } from './quota-dialog.tsx'

interface Quota {
  readonly scope: 'bucket' | 'account'
  readonly name: string
  readonly maximumBytes?: number
  readonly maximumObjects?: number
  /** Absent while not all is counted. */
  readonly used?: { readonly bytes: number; readonly objects: number }
}

/** What buckets and accounts may hold, and do; one is set here, or taken away. */
export function Quotas() {
  const [round, setRound] = useState(0)
  const [isSetting, setSetting] = useState(false)
  const remove = async ({ scope, name }: Quota, reload: () => void): Promise<void> => {
    const question = {
      title: accountTexts.removeQuestion(name),
      detail: accountTexts.removeDetail,
      yes: accountTexts.remove,
    }
    if (!(await ask(question)).yes) return
    await changeAtServer('DELETE', 'quotas', { [scope]: name })
    tellDone(accountTexts.removed)
    reload()
  }
  return (
    <>
      <RowsTable
        key={round}
        label={accountTexts.quotas}
        load={async (signal) => (await askServer<{ quotas: Quota[] }>('quotas', {}, signal)).quotas}
        columns={[accountTexts.of, accountTexts.bytes, accountTexts.objects, accountTexts.remove]}
        cells={(quota, reload) => [
          accountTexts.place(quota.scope, quota.name),
          ofMost(quota.used?.bytes, quota.maximumBytes, sizeText),
          ofMost(quota.used?.objects, quota.maximumObjects, (count) => count.toLocaleString()),
          <button
            key="remove"
            type="button"
            class="quiet"
            aria-label={accountTexts.removeIt(quota.name)}
            onClick={() => void remove(quota, reload).catch(tellFailed)}
          >
            {accountTexts.remove}
          </button>,
        ]}
      />
      <button type="button" class="add-one" onClick={() => setSetting(true)}>
        <Icon name="plus" />
        {accountTexts.set}
      </button>
      {isSetting && (
        <QuotaDialog
          onClose={() => setSetting(false)}
          onSet={() => {
            setSetting(false)
            setRound(round + 1)
          }}
        />
      )}
    </>
  )
}

function ofMost(
  used: number | undefined,
  most: number | undefined,
  text: (amount: number) => string,
): string {
  const now = used === undefined ? accountTexts.unknown : text(used)
  return accountTexts.ofMost(now, most === undefined ? accountTexts.unlimited : text(most))
}
