import { useState } from 'preact/hooks'
import { iam } from '../api/iam.ts'
import { signedIn } from '../api/session.ts'
import { xmlChild, xmlText } from '../api/xml.ts'
import { Field } from '../shared/field.tsx'
import { FormDialog } from '../shared/form-dialog.tsx'
import { PolicyField } from '../policy/policy-field.tsx'
import { tellDone } from '../shared/notices.tsx'
import { go, linkTo } from '../shared/route.ts'
import { peopleTexts } from '../texts/people.ts'
import type { Kind } from './kinds.ts'

/** Asks for a new one, and goes there. */
export function CreateDialog({ kind, onClose }: { readonly kind: Kind; readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const [document, setDocument] = useState(() => startOf(kind))
  const create = async (): Promise<void> => {
    const id = await created(kind, name, document)
    tellDone(peopleTexts.createdIt(name))
    onClose()
    go(linkTo(['people', kind, id]))
  }
  return (
    <FormDialog
      title={peopleTexts.create[kind]}
      yes={peopleTexts.create[kind]}
      onClose={onClose}
      onSubmit={create}
    >
      <Field
        label={peopleTexts.name}
        hint={peopleTexts.nameHint}
        value={name}
        onValue={setName}
        input={{ required: true, maxLength: 128 }}
      />
      {kind === 'roles' && (
        <PolicyField label={peopleTexts.trust} kind="trust" value={document} onValue={setDocument} />
      )}
      {kind === 'policies' && (
        <PolicyField label={peopleTexts.document} kind="identity" value={document} onValue={setDocument} />
      )}
    </FormDialog>
  )
}

function startOf(kind: Kind): string {
  return kind === 'roles'
    ? peopleTexts.trustStart.replace('ACCOUNT', signedIn().account)
    : peopleTexts.policyStart
}

async function created(kind: Kind, name: string, document: string): Promise<string> {
  switch (kind) {
    case 'users':
      await iam('CreateUser', { UserName: name })
      return name
    case 'groups':
      await iam('CreateGroup', { GroupName: name })
      return name
    case 'roles':
      await iam('CreateRole', { RoleName: name, AssumeRolePolicyDocument: document })
      return name
    case 'policies': {
      const result = await iam('CreatePolicy', { PolicyName: name, PolicyDocument: document })
      const policy = xmlChild(result, 'Policy')
      return (policy && xmlText(policy, 'Arn')) ?? name
    }
  }
}
