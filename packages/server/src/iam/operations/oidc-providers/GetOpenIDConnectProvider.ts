import { shownTags } from '../../shared/tags.ts'
import { defineProviderOperation } from './provider-operation.ts'

/** The URL has no `https://`: so AWS answers, and so its clients expect it. */
export const GetOpenIDConnectProvider = defineProviderOperation('GetOpenIDConnectProvider', {
  handle({ address, row: { clientIds, thumbprints, createdMilliseconds, tags } }) {
    return Promise.resolve({
      Url: address,
      ClientIDList: clientIds,
      ThumbprintList: thumbprints,
      CreateDate: new Date(createdMilliseconds),
      Tags: shownTags(tags),
    })
  },
})
