import { selectErrorCatalogue } from './select-error-catalogue.ts'

interface CatalogueEntry {
  readonly status: number
  readonly message: string
}

/**
 * The error codes of S3, their HTTP status and the message S3 sends unless an occurrence has a closer one; alphabetical.
 * The general, replication, tagging and KMS lists of the page below, and the codes of single operations: RenameObject,
 * appending PutObject, annotations, CORS preflight, aws-chunked uploads; those of SelectObjectContent have a file of their
 * own. Left out are Object Lambda, Outposts, Storage Lens and Access Grants. Messages and statuses are those on the wire where the page differs:
 * ServerSideEncryptionConfigurationNotFoundError, 400 there, is a 404. Source: S3 API Reference, "Error responses".
 */
const general = {
  AccessControlListNotSupported: { status: 400, message: 'The bucket does not allow ACLs' },
  AccessDenied: { status: 403, message: 'Access Denied' },
  AccessForbidden: {
    status: 403,
    message:
      "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
  },
  AccessPointAlreadyOwnedByYou: {
    status: 409,
    message: 'An access point with an identical name already exists in your account.',
  },
  AccountProblem: {
    status: 403,
    message:
      'There is a problem with your AWS account that prevents the operation from completing successfully.',
  },
  AllAccessDisabled: { status: 403, message: 'All access to this object has been disabled' },
  AmbiguousGrantByEmailAddress: {
    status: 400,
    message: 'The e-mail address you provided is associated with more than one account.',
  },
  AnnotationLimitExceeded: {
    status: 400,
    message: 'The request would exceed the maximum number of annotations allowed per object.',
  },
  AnnotationNameTooLong: { status: 400, message: 'The annotation name exceeds 512 bytes.' },
  AuthorizationHeaderMalformed: { status: 400, message: 'The authorization header is malformed.' },
  AuthorizationQueryParametersError: {
    status: 400,
    message: 'The authorization query parameters that you provided are not valid.',
  },
  BadDigest: { status: 400, message: 'The Content-MD5 you specified did not match what we received.' },
  BadRequest: { status: 400, message: 'Insufficient information. Origin request header needed.' },
  BucketAlreadyExists: {
    status: 409,
    message:
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
  },
  BucketAlreadyOwnedByYou: {
    status: 409,
    message: 'Your previous request to create the named bucket succeeded and you already own it.',
  },
  BucketHasAccessPointsAttached: {
    status: 400,
    message:
      'The bucket you tried to delete has access points attached. Delete your access points before deleting your bucket.',
  },
  BucketNotEmpty: { status: 409, message: 'The bucket you tried to delete is not empty' },
  ClientTokenConflict: {
    status: 409,
    message: 'Your Multi-Region Access Point idempotency token was already used for a different request.',
  },
  ConditionalRequestConflict: {
    status: 409,
    message: 'The conditional request cannot succeed due to a conflicting operation against this resource.',
  },
  ConnectionClosedByRequester: {
    status: 400,
    message: 'An error was encountered while reading the WriteGetObjectResponse body.',
  },
  CredentialsNotSupported: { status: 400, message: 'This request does not support credentials.' },
  CrossLocationLoggingProhibited: { status: 403, message: 'Cross S3 location logging not allowed.' },
  DeviceNotActiveError: { status: 400, message: 'The device is not currently active.' },
  EncryptionTypeMismatch: {
    status: 400,
    message:
      'The existing object was created with a different encryption type. Subsequent write requests must include the appropriate encryption parameters in the request or while creating the session.',
  },
  EndpointNotFound: { status: 400, message: 'Direct requests to the correct endpoint.' },
  EntityTooLarge: { status: 400, message: 'Your proposed upload exceeds the maximum allowed size' },
  EntityTooSmall: { status: 400, message: 'Your proposed upload is smaller than the minimum allowed size' },
  ExpiredToken: { status: 400, message: 'The provided token has expired.' },
  GlacierExpeditedRetrievalNotAvailable: {
    status: 503,
    message: 'Glacier expedited retrievals are currently not available, please try again later',
  },
  IdempotencyException: { status: 400, message: 'The client request token was used before for another job.' },
  IdempotencyParameterMismatch: {
    status: 400,
    message:
      'Parameters on this idempotent request are inconsistent with parameters used in previous request(s).',
  },
  IllegalLocationConstraintException: {
    status: 400,
    message:
      'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
  },
  IllegalVersioningConfigurationException: {
    status: 400,
    message: 'The versioning configuration specified in the request is invalid.',
  },
  IncompleteBody: {
    status: 400,
    message: 'You did not provide the number of bytes specified by the Content-Length HTTP header',
  },
  IncorrectEndpoint: {
    status: 400,
    message: 'The specified bucket exists in another Region. Direct requests to the correct endpoint.',
  },
  IncorrectNumberOfFilesInPostRequest: {
    status: 400,
    message: 'POST requires exactly one file upload per request.',
  },
  InlineDataTooLarge: { status: 400, message: 'Inline data exceeds the maximum allowed size.' },
  InternalError: { status: 500, message: 'We encountered an internal error. Please try again.' },
  InvalidAccessKeyId: {
    status: 403,
    message: 'The AWS Access Key Id you provided does not exist in our records.',
  },
  InvalidAccessPoint: { status: 400, message: 'The specified access point name or account is not valid.' },
  InvalidAccessPointAliasError: {
    status: 400,
    message: 'The specified access point alias name is not valid.',
  },
  InvalidAddressingHeader: { status: 400, message: 'You must specify the Anonymous role.' },
  InvalidAnnotationName: { status: 400, message: 'The annotation name you provided is invalid.' },
  InvalidArgument: { status: 400, message: 'Invalid Argument' },
  InvalidBucketAclWithBlockPublicAccessError: {
    status: 400,
    message: 'Bucket cannot have public ACLs set with BlockPublicAccess enabled',
  },
  InvalidBucketAclWithObjectOwnership: {
    status: 400,
    message: "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  },
  InvalidBucketName: { status: 400, message: 'The specified bucket is not valid.' },
  InvalidBucketOwnerAWSAccountID: {
    status: 400,
    message: 'The value of the expected bucket owner parameter must be an AWS Account ID',
  },
  InvalidBucketState: {
    status: 409,
    message: 'The request is not valid with the current state of the bucket.',
  },
  InvalidChunkSizeError: {
    status: 403,
    message: 'Only the last chunk is allowed to have a size less than 8192 bytes',
  },
  InvalidDigest: { status: 400, message: 'The Content-MD5 you specified was invalid.' },
  InvalidEncryptionAlgorithmError: {
    status: 400,
    message: 'The encryption request you specified is not valid. The valid value is AES256.',
  },
  InvalidHostHeader: {
    status: 400,
    message: 'The host headers provided in the request used the incorrect style addressing.',
  },
  InvalidHttpMethod: { status: 400, message: 'The request is made using an unexpected HTTP method.' },
  InvalidLocationConstraint: { status: 400, message: 'The specified location-constraint is not valid' },
  InvalidNextTokenException: { status: 400, message: 'The next token is none that ListJobs returned.' },
  InvalidObjectState: { status: 403, message: "The operation is not valid for the object's storage class" },
  InvalidPart: {
    status: 400,
    message:
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  },
  InvalidPartNumber: { status: 416, message: 'The requested partnumber is not satisfiable' },
  InvalidPartOrder: {
    status: 400,
    message: 'The list of parts was not in ascending order. Parts must be ordered by part number.',
  },
  InvalidPayer: { status: 403, message: 'All access to this object has been disabled.' },
  InvalidPolicyDocument: {
    status: 400,
    message: 'The content of the form does not meet the conditions specified in the policy document.',
  },
  InvalidPrefix: { status: 400, message: 'The prefix you provided is invalid.' },
  InvalidRange: { status: 416, message: 'The requested range is not satisfiable' },
  InvalidRedirectLocation: {
    status: 400,
    message: "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
  },
  InvalidRegion: {
    status: 403,
    message:
      "You've attempted to create a Multi-Region Access Point in a Region that you haven't opted in to.",
  },
  InvalidRequest: { status: 400, message: 'Invalid Request' },
  InvalidRequestException: { status: 400, message: 'Invalid Request' },
  InvalidSOAPRequest: { status: 400, message: 'The SOAP request body is invalid.' },
  InvalidSecurity: { status: 403, message: 'The provided security credentials are not valid.' },
  InvalidSessionException: {
    status: 400,
    message: 'The session does not exist anymore because it timed out or expired.',
  },
  InvalidSignature: {
    status: 400,
    message:
      'The request signature that the server calculated does not match the signature that you provided. Check your AWS secret access key and signing method.',
  },
  InvalidStorageClass: { status: 400, message: 'The storage class you specified is not valid' },
  InvalidTag: {
    status: 400,
    message:
      'The tag provided was not a valid tag. This error can occur if the tag did not pass input validation.',
  },
  InvalidTargetBucketForLogging: {
    status: 400,
    message:
      'The target bucket for logging does not exist, is not owned by you, or does not have the appropriate grants for the log-delivery group.',
  },
  InvalidToken: { status: 400, message: 'The provided token is malformed or otherwise invalid.' },
  InvalidURI: { status: 400, message: "Couldn't parse the specified URI." },
  InvalidWriteOffset: {
    status: 400,
    message: 'The write offset value that you specified does not match the current object size.',
  },
  JobStatusException: { status: 400, message: 'The job is not in a status in which that can be changed.' },
  'KMS.DisabledException': {
    status: 400,
    message: 'The request was rejected because the specified KMS key is not enabled.',
  },
  'KMS.InvalidKeyUsageException': {
    status: 400,
    message:
      'The request was rejected because the KeyUsage value of the KMS key is incompatible with the API operation.',
  },
  'KMS.KMSInvalidStateException': {
    status: 400,
    message:
      'The request was rejected because the state of the specified resource is not valid for this request.',
  },
  'KMS.NotFoundException': {
    status: 400,
    message: 'The request was rejected because the specified entity or resource could not be found.',
  },
  KeyTooLongError: { status: 400, message: 'Your key is too long' },
  MalformedACLError: {
    status: 400,
    message: 'The XML you provided was not well-formed or did not validate against our published schema',
  },
  MalformedPOSTRequest: {
    status: 400,
    message: 'The body of your POST request is not well-formed multipart/form-data.',
  },
  MalformedPolicy: { status: 400, message: 'This policy contains invalid Json' },
  MalformedTrailerError: {
    status: 400,
    message:
      'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  },
  MalformedXML: {
    status: 400,
    message: 'The XML you provided was not well-formed or did not validate against our published schema',
  },
  MaxMessageLengthExceeded: { status: 400, message: 'Your request was too big.' },
  MaxPostPreDataLengthExceededError: {
    status: 400,
    message: 'Your POST request fields preceding the upload file were too large.',
  },
  MetadataTooLarge: {
    status: 400,
    message: 'Your metadata headers exceed the maximum allowed metadata size',
  },
  MethodNotAllowed: { status: 405, message: 'The specified method is not allowed against this resource.' },
  MissingAttachment: { status: 400, message: 'A SOAP attachment was expected, but none were found.' },
  MissingAuthenticationToken: { status: 403, message: 'The request was not signed.' },
  MissingContentLength: { status: 411, message: 'You must provide the Content-Length HTTP header.' },
  MissingRequestBodyError: { status: 400, message: 'Request Body is empty' },
  MissingSecurityElement: { status: 400, message: 'The SOAP 1.1 request is missing a security element.' },
  MissingSecurityHeader: { status: 400, message: 'Your request was missing a required header' },
  NoLoggingStatusForKey: {
    status: 400,
    message: 'There is no such thing as a logging status subresource for a key.',
  },
  NoSuchAccessPoint: { status: 404, message: 'The specified accesspoint does not exist' },
  NoSuchAccessPointPolicy: { status: 404, message: 'The specified accesspoint policy does not exist' },
  NoSuchAnnotation: { status: 404, message: 'The specified annotation does not exist on this object.' },
  NoSuchAsyncRequest: { status: 404, message: 'The specified request was not found.' },
  NoSuchBucket: { status: 404, message: 'The specified bucket does not exist' },
  NoSuchBucketPolicy: { status: 404, message: 'The bucket policy does not exist' },
  NoSuchCORSConfiguration: { status: 404, message: 'The CORS configuration does not exist' },
  NoSuchConfiguration: { status: 404, message: 'The specified configuration does not exist.' },
  NoSuchKey: { status: 404, message: 'The specified key does not exist.' },
  NoSuchLifecycleConfiguration: { status: 404, message: 'The lifecycle configuration does not exist' },
  NoSuchMultiRegionAccessPoint: {
    status: 404,
    message: 'The specified Multi-Region Access Point does not exist.',
  },
  NoSuchObjectLockConfiguration: {
    status: 404,
    message: 'The specified object does not have a ObjectLock configuration',
  },
  NoSuchPublicAccessBlockConfiguration: {
    status: 404,
    message: 'The public access block configuration was not found',
  },
  NoSuchResource: { status: 404, message: "The specified resource doesn't exist." },
  NoSuchTagSet: { status: 404, message: 'The TagSet does not exist' },
  NoSuchUpload: {
    status: 404,
    message:
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  },
  NoSuchVersion: { status: 404, message: 'The specified version does not exist.' },
  NoSuchWebsiteConfiguration: {
    status: 404,
    message: 'The specified bucket does not have a website configuration',
  },
  NotDeviceOwnerError: {
    status: 400,
    message: 'The device that generated the token is not owned by the authenticated user.',
  },
  // Source: S3 API Reference, DescribeJob and its kin, "Errors": 400.
  NotFoundException: { status: 400, message: 'The specified job does not exist.' },
  NotImplemented: {
    status: 501,
    message: 'A header you provided implies functionality that is not implemented',
  },
  NotModified: { status: 304, message: 'Not Modified' },
  NotSignedUp: {
    status: 403,
    message: 'Your account is not signed up for the S3 service. You must sign up before you can use S3.',
  },
  ObjectAlreadyInActiveTierError: { status: 403, message: 'This object is already in the active tier.' },
  ObjectLockConfigurationNotFoundError: {
    status: 404,
    message: 'Object Lock configuration does not exist for this bucket',
  },
  ObjectNotInActiveTierError: {
    status: 403,
    message: 'The source object of the COPY action is not in the active tier.',
  },
  OperationAborted: {
    status: 409,
    message:
      'A conflicting conditional operation is currently in progress against this resource. Please try again.',
  },
  OwnershipControlsNotFoundError: { status: 404, message: 'The bucket ownership controls were not found' },
  PermanentRedirect: {
    status: 301,
    message:
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
  },
  PermanentRedirectControlError: {
    status: 301,
    message:
      'The API operation you are attempting to access must be addressed using the specified endpoint. Send all future requests to this endpoint.',
  },
  PreconditionFailed: {
    status: 412,
    message: 'At least one of the pre-conditions you specified did not hold',
  },
  // S3 knows no quotas: as Ceph's RADOS gateway answers.
  QuotaExceeded: {
    status: 403,
    message: 'The quota of the bucket or of its account would be exceeded.',
  },
  Redirect: { status: 307, message: 'Temporary redirect.' },
  ReplicationConfigurationNotFoundError: {
    status: 404,
    message: 'The replication configuration was not found',
  },
  RequestExpired: { status: 400, message: 'Request has expired' },
  RequestHeaderSectionTooLarge: {
    status: 400,
    message: 'Your request header section exceeds the maximum allowed request header section size.',
  },
  RequestIsNotMultiPartContent: {
    status: 400,
    message: 'Bucket POST must be of the enclosure-type multipart/form-data.',
  },
  RequestTimeTooSkewed: {
    status: 403,
    message: 'The difference between the request time and the current time is too large.',
  },
  RequestTimeout: {
    status: 400,
    message:
      'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.',
  },
  RequestTorrentOfBucketError: {
    status: 400,
    message: 'Requesting the torrent file of a bucket is not permitted.',
  },
  ResponseInterrupted: {
    status: 400,
    message: 'An error was encountered while reading the WriteGetObjectResponse body.',
  },
  RestoreAlreadyInProgress: { status: 409, message: 'Object restore is already in progress' },
  ServerSideEncryptionConfigurationNotFoundError: {
    status: 404,
    message: 'The server side encryption configuration was not found',
  },
  ServiceUnavailable: { status: 503, message: 'Service is unable to handle request.' },
  SignatureDoesNotMatch: {
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  },
  SlowDown: { status: 503, message: 'Please reduce your request rate.' },
  TagPolicyException: {
    status: 400,
    message: 'The tag policy does not allow the specified value for the following tag key.',
  },
  TemporaryRedirect: { status: 307, message: 'You are being redirected to the bucket while DNS updates.' },
  TokenCodeInvalidError: {
    status: 400,
    message: 'The serial number and/or token code you provided is not valid.',
  },
  TokenRefreshRequired: { status: 400, message: 'The provided token must be refreshed.' },
  TooManyAccessPoints: {
    status: 400,
    message: 'You have attempted to create more access points than are allowed for an account.',
  },
  TooManyBuckets: { status: 400, message: 'You have attempted to create more buckets than allowed' },
  TooManyConfigurations: {
    status: 400,
    message:
      'You are attempting to create a new configuration but have already reached the 1,000-configuration limit.',
  },
  TooManyMultiRegionAccessPointregionsError: {
    status: 400,
    message:
      'You have attempted to create a Multi-Region Access Point with more Regions than are allowed for an account.',
  },
  TooManyMultiRegionAccessPoints: {
    status: 400,
    message: 'You have attempted to create more Multi-Region Access Points than are allowed for an account.',
  },
  TooManyParts: {
    status: 400,
    message:
      'You have attempted to add more parts than the maximum of 10000 that are allowed for this object.',
  },
  TooManyRequestsException: {
    status: 400,
    message: 'The account has more jobs that have not ended than are allowed for one.',
  },
  TooManyTags: { status: 400, message: 'The number of tags exceeds the limit of 50 tags.' },
  TooManyTagsException: { status: 400, message: 'A job has 50 tags at the most.' },
  UnauthorizedAccessError: { status: 403, message: 'You are not authorized to perform this operation.' },
  UnexpectedContent: { status: 400, message: 'This request does not support content' },
  UnexpectedIPError: { status: 403, message: 'This request was rejected because the IP was unexpected.' },
  UnresolvableGrantByEmailAddress: {
    status: 400,
    message: 'The e-mail address you provided does not match any account on record.',
  },
  UnsupportedArgument: { status: 400, message: 'The request contained an unsupported argument.' },
  UnsupportedMediaType: { status: 415, message: 'The annotation payload is not valid UTF-8 encoded text.' },
  UnsupportedSignature: {
    status: 400,
    message:
      'The provided request is signed with an unsupported STS Token version or the signature version is not supported.',
  },
  UserKeyMustBeSpecified: {
    status: 400,
    message:
      'The bucket POST must contain the specified field name.  If it is specified, please check the order of the fields.',
  },
  XAmzContentChecksumMismatch: {
    status: 400,
    message: "The provided 'x-amz-checksum' header does not match what was computed.",
  },
  XAmzContentSHA256Mismatch: {
    status: 400,
    message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
  },
} as const satisfies Record<string, CatalogueEntry>

export const errorCatalogue = { ...general, ...selectErrorCatalogue }

export type ErrorCode = keyof typeof errorCatalogue
