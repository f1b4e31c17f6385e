import { deleteDocument, type DocumentPlace } from '../api/documents.ts'
import { Icon } from '../shared/icon.tsx'
import { tellDone, tellFailed } from '../shared/notices.tsx'
import { ask } from '../shared/question.tsx'
import { SaveBar } from '../shared/save-bar.tsx'
import type { Edited } from '../shared/use-edited.ts'
import { settingTexts } from '../texts/bucket-settings.ts'

export interface SettingButtonsProps {
  readonly place: DocumentPlace
  /** What the question calls it. */
  readonly title: string
  readonly edited: Edited<string>
  readonly canDelete: boolean
}

/** Saves a setting, or takes away one that is there. */
export function SettingButtons({ place, title, edited, canDelete }: SettingButtonsProps) {
  const remove = async (): Promise<void> => {
    const question = {
      title: settingTexts.removeQuestion(title),
      detail: settingTexts.removeDetail,
      yes: settingTexts.remove,
    }
    if (!(await ask(question)).yes) return
    await deleteDocument(place)
    tellDone(settingTexts.removed)
    edited.reload()
  }
  return (
    <div class="setting-buttons">
      <SaveBar edited={edited} />
      {canDelete && edited.before !== '' && (
        <button type="button" class="danger-quiet" onClick={() => void remove().catch(tellFailed)}>
          <Icon name="delete" />
          {settingTexts.remove}
        </button>
      )}
    </div>
  )
}
