import { useState } from 'preact/hooks'
import {
  type AccessPoint,
  accessPointBlocks,
  accessPointPolicy,
  accessPointPolicyPlace,
  BLOCKS,
  type Blocks,
  createAccessPoint,
  deleteAccessPoint,
  listAccessPoints,
  putAccessPointPolicy,
} from '../api/access-points.ts'
import { accessPointHolder } from '../access/preview-questions.ts'
import { CopyButton } from '../shared/copy-button.tsx'
import { ErrorNote } from '../shared/error-note.tsx'
import { Check, Field } from '../shared/field.tsx'
import { FormDialog } from '../shared/form-dialog.tsx'
import { Icon } from '../shared/icon.tsx'
import { tellDone, tellFailed } from '../shared/notices.tsx'
import { ask } from '../shared/question.tsx'
import { Section } from '../shared/section.tsx'
import { useLoaded } from '../shared/use-loaded.ts'
import { accessPointTexts } from '../texts/access-points.ts'
import { settingTexts } from '../texts/bucket-settings.ts'
import { commonTexts } from '../texts/common.ts'
import { accessSettingTexts } from '../texts/settings/access.ts'
import { HolderPolicy } from './holder-policy.tsx'

/** The access points of a bucket, with their policies; and one to make. */
export function AccessPoints({ bucket }: { readonly bucket: string }) {
  const { value, error, reload } = useLoaded((signal) => listAccessPoints(bucket, signal), [bucket])
  const [isCreating, setCreating] = useState(false)
  return (
    <>
      <p class="dim">{accessPointTexts.about}</p>
      {error !== undefined && <ErrorNote error={error} again={reload} />}
      {!value && error === undefined && <p class="dim">{commonTexts.loading}</p>}
      {value?.length === 0 && <p class="dim">{accessPointTexts.none}</p>}
      {value?.map((point) => (
        <Section key={point.name} title={point.name} isOpen={value.length === 1}>
          <Point point={point} onDeleted={reload} />
        </Section>
      ))}
      <button type="button" class="add-one" onClick={() => setCreating(true)}>
        <Icon name="plus" />
        {accessPointTexts.create}
      </button>
      {isCreating && (
        <CreateAccessPoint
          bucket={bucket}
          onClose={() => setCreating(false)}
          onCreated={() => {
            setCreating(false)
            reload()
          }}
        />
      )}
    </>
  )
}

const BLOCK_TEXTS: Readonly<Record<(typeof BLOCKS)[number], string>> = {
  BlockPublicAcls: accessSettingTexts.publicAccess.newAcls,
  IgnorePublicAcls: accessSettingTexts.publicAccess.oldAcls,
  BlockPublicPolicy: accessSettingTexts.publicAccess.newPolicies,
  RestrictPublicBuckets: accessSettingTexts.publicAccess.oldPolicies,
}

interface PointProps {
  readonly point: AccessPoint
  readonly onDeleted: () => void
}

function Point({ point: { name, alias, arn }, onDeleted }: PointProps) {
  const { value: blocks } = useLoaded((signal) => accessPointBlocks(name, signal), [name])
  const remove = async (): Promise<void> => {
    const question = {
      title: accessPointTexts.deleteQuestion(name),
      detail: accessPointTexts.deleteDetail,
      yes: accessPointTexts.yes,
    }
    if (!(await ask(question)).yes) return
    await deleteAccessPoint(name)
    tellDone(accessPointTexts.deleted)
    onDeleted()
  }
  return (
    <>
      <div class="with-button">
        <Field
          label={accessPointTexts.alias}
          value={alias}
          onValue={() => undefined}
          input={{ readOnly: true }}
        />
        <CopyButton text={alias} />
      </div>
      <Field label={accessPointTexts.arn} value={arn} onValue={() => undefined} input={{ readOnly: true }} />
      {blocks && (
        <p class="dim">
          {accessPointTexts.blocked(
            BLOCKS.filter((which) => blocks[which]).map((which) => BLOCK_TEXTS[which]),
          )}
        </p>
      )}
      <HolderPolicy
        holder={accessPointHolder(arn)}
        title={accessPointTexts.policy(name)}
        label={accessPointTexts.policy(name)}
        publicWarning={settingTexts.publicPolicy}
        place={accessPointPolicyPlace(name)}
        read={(signal) => accessPointPolicy(name, signal)}
        write={(text) => putAccessPointPolicy(name, text)}
        changeTo={(Policy) =>
          Policy === undefined
            ? { operation: 'DeleteAccessPointPolicy', input: { Name: name } }
            : { operation: 'PutAccessPointPolicy', input: { Name: name, Policy } }
        }
      />
      <button type="button" class="danger-quiet" onClick={() => void remove().catch(tellFailed)}>
        <Icon name="delete" />
        {accessPointTexts.delete(name)}
      </button>
    </>
  )
}

const ALL_BLOCKED: Blocks = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
}

/** Source: S3 User Guide, "Naming rules for access points". */
const NAME = '[a-z0-9][a-z0-9\\-]{1,48}[a-z0-9]'

interface CreateProps {
  readonly bucket: string
  readonly onClose: () => void
  readonly onCreated: () => void
}

function CreateAccessPoint({ bucket, onClose, onCreated }: CreateProps) {
  const [name, setName] = useState('')
  const [blocks, setBlocks] = useState(ALL_BLOCKED)
  const create = async (): Promise<void> => {
    await createAccessPoint(name, bucket, blocks)
    tellDone(accessPointTexts.created)
    onCreated()
  }
  return (
    <FormDialog
      title={accessPointTexts.create}
      yes={accessPointTexts.create}
      onClose={onClose}
      onSubmit={create}
    >
      <Field
        label={accessPointTexts.name}
        hint={accessPointTexts.nameHint}
        value={name}
        onValue={setName}
        input={{ required: true, pattern: NAME }}
      />
      <fieldset>
        <legend>{accessPointTexts.blocks}</legend>
        <p class="hint">{accessPointTexts.blocksHint}</p>
        {BLOCKS.map((which) => (
          <Check
            key={which}
            label={BLOCK_TEXTS[which]}
            checked={blocks[which]}
            onChecked={(isOn) => setBlocks({ ...blocks, [which]: isOn })}
          />
        ))}
      </fieldset>
    </FormDialog>
  )
}
