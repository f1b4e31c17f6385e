import { useState } from 'preact/hooks'
import { Field } from '../shared/field.tsx'
import { go, linkTo } from '../shared/route.ts'
import { bucketTexts } from '../texts/buckets.ts'

/** Leads to a bucket by its name: who may use one need not be let list them. */
export function OpenBucket() {
  const [name, setName] = useState('')
  const open = (event: Event): void => {
    event.preventDefault()
    go(linkTo(['buckets', name.trim()]))
  }
  return (
    <form onSubmit={open}>
      <Field
        label={bucketTexts.openByName}
        hint={bucketTexts.openHint}
        value={name}
        onValue={setName}
        input={{ required: true }}
      />
      <button type="submit">{bucketTexts.open}</button>
    </form>
  )
}
