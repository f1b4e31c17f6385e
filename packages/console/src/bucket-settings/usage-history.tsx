import { useState } from 'preact/hooks'
import { usageHistory, type UsageStep } from '../api/administration.ts'
import { Chart } from '../shared/chart.tsx'
import { Choice } from '../shared/choice.tsx'
import { ErrorNote } from '../shared/error-note.tsx'
import { sizeUnit } from '../shared/formats.ts'
import { useLoaded } from '../shared/use-loaded.ts'
import { commonTexts } from '../texts/common.ts'
import { usageTexts } from '../texts/usage.ts'

/** What a bucket held over time. */
export function UsageHistory({ bucket }: { readonly bucket: string }) {
  const [step, setStep] = useState<UsageStep>('day')
  const load = (signal: AbortSignal) => usageHistory(bucket, step, signal)
  const { value: samples, error, reload } = useLoaded(load, [bucket, step])
  const times = samples?.map(({ time }) => Date.parse(time) / 1000) ?? []
  const { unit, bytes } = sizeUnit(Math.max(0, ...(samples?.map((sample) => sample.bytes) ?? [])))
  return (
    <>
      <p class="dim">{usageTexts.about}</p>
      <Choice label={usageTexts.step} value={step} options={usageTexts.steps} onValue={setStep} />
      {error !== undefined && <ErrorNote error={error} again={reload} />}
      {!samples && error === undefined && <p class="dim">{commonTexts.loading}</p>}
      {samples?.length === 0 && <p class="dim">{usageTexts.none}</p>}
      {samples && samples.length > 0 && (
        <div class="charts">
          <Chart
            title={usageTexts.bytes(unit)}
            names={[usageTexts.versions, usageTexts.parts]}
            times={times}
            values={[
              samples.map((sample) => sample.bytes / bytes),
              samples.map(({ partBytes }) => partBytes / bytes),
            ]}
          />
          <Chart
            title={usageTexts.objects}
            names={[usageTexts.objects, usageTexts.allVersions]}
            times={times}
            values={[samples.map(({ objects }) => objects), samples.map(({ versions }) => versions)]}
          />
        </div>
      )}
    </>
  )
}
