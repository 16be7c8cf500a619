//! What a tool does as a client of its platform's services: token requests, Assignment and Grade Services, Names and Role
//! Provisioning Services. The readings are those of `docs/levels/services.md`, whose row ends each comment.

use lti_core::requirement::spec::{
    AGS, CERTIFICATION, CORE, NRPS, PRACTICE, RFC6749, RFC6750, RFC7515, RFC7519, RFC7521, RFC7523, SECURITY,
};

lti_core::requirements! {
    /// What a tool does as a client of its platform's services.
    pub(crate) enum ServiceDuty {
        // T-02
        TokenPost = "lti13-token-request-post" {
            sentence: "a tool asks for a token by POST, with the parameters as a form in the body",
            platform: None, tool: Must, risk: Low,
            harm: "platforms answer 405 or do not see the parameters: no grade arrives",
            clauses: [SECURITY.at("4.1.1"), RFC6749.anchored("3.2", "section-3.2")],
            hint: "POST to the token URL with Content-Type application/x-www-form-urlencoded, and nothing in the query",
        },
        // T-52
        TokenOnce = "lti13-token-request-duplicate" {
            sentence: "a token request has no parameter twice",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the request",
            clauses: [RFC6749.anchored("3.2", "section-3.2")],
            hint: "send each parameter once",
        },
        // T-03
        TokenGrant = "lti13-token-request-grant" {
            sentence: "a token request has grant_type client_credentials",
            platform: None, tool: Must, risk: Low,
            harm: "platforms answer unsupported_grant_type: no grade arrives",
            clauses: [SECURITY.at("4.1"), CORE.at("6.2")],
            hint: "send grant_type=client_credentials; the grant urn:ietf:params:oauth:grant-type:jwt-bearer is another one",
        },
        // T-04
        TokenAssertionType = "lti13-token-request-assertion-type" {
            sentence: "a token request brings client_assertion, and client_assertion_type says that it is a JWT",
            platform: None, tool: Must, risk: Low,
            harm: "platforms answer invalid_client: no grade arrives",
            clauses: [SECURITY.at("4.1.1"), RFC7521.anchored("4.2", "section-4.2")],
            hint: "send client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer beside client_assertion",
        },
        // T-05
        TokenScope = "lti13-token-request-scope" {
            sentence: "a token request names the scopes that it asks for",
            platform: None, tool: Must, risk: Low,
            harm: "the token is good for nothing: the platform must not grant what was not asked for",
            clauses: [SECURITY.at("4.1"), SECURITY.at("7.1.4")],
            hint: "send scope with the full scope URLs, separated by blanks",
        },
        // T-06
        TokenClaims = "lti13-token-assertion-claims" {
            sentence: "a client assertion has iss, sub, aud, iat, exp and jti",
            platform: None, tool: Must, risk: Low,
            harm: "platforms answer invalid_client: no grade arrives",
            clauses: [SECURITY.at("4.1.1")],
            hint: "put all six claims into the assertion",
        },
        // T-07
        TokenSub = "lti13-token-assertion-sub" {
            sentence: "iss and sub of a client assertion are both the client_id (a lower-case must)",
            platform: None, tool: Must, risk: Medium,
            harm: "platforms that check refuse the token, and those that do not cannot tell tools apart",
            clauses: [CORE.at("6.2"), RFC7523.anchored("3", "section-3")],
            hint: "set iss and sub to the client_id that this platform gave you, not to your own address and not to the issuer",
        },
        // T-08
        TokenAud = "lti13-token-assertion-aud" {
            sentence: "aud of a client assertion is the value by which the authorization server was registered",
            platform: None, tool: Must, risk: Medium,
            harm: "platforms refuse the token; an assertion with a foreign aud is good for somebody else",
            clauses: [SECURITY.at("4.1.1")],
            hint: "send the platform's token URL, or what the platform names in its place (its issuer, authorization_server), letter by letter: port, slash and path count",
        },
        // T-09
        TokenIat = "lti13-token-assertion-iat" {
            sentence: "iat of a client assertion is the time at which it was made",
            platform: None, tool: Should, risk: Low,
            harm: "platforms refuse what comes from the future or is old",
            clauses: [SECURITY.at("4.1.1"), RFC7523.anchored("3", "section-3")],
            hint: "take the time now, in seconds since 1970, and keep the machine's clock right",
        },
        // T-10
        TokenExp = "lti13-token-assertion-exp" {
            sentence: "a client assertion is good for minutes: exp is ahead and not far",
            platform: None, tool: Practice, risk: Medium,
            harm: "platforms refuse it as expired or as too far ahead, and a stolen assertion stays good",
            clauses: [SECURITY.at("4.1.1"), RFC7523.anchored("3", "section-3")],
            hint: "set exp to iat plus five minutes",
        },
        // T-11
        TokenNumbers = "lti13-token-assertion-numbers" {
            sentence: "iat and exp of a client assertion are JSON numbers",
            platform: None, tool: Practice, risk: Low,
            harm: "platforms with a strict reader refuse the assertion",
            clauses: [RFC7519.anchored("2", "section-2")],
            hint: "write seconds since 1970 as a number; the samples in the specifications with quotation marks contradict RFC 7519",
        },
        // T-12
        TokenJti = "lti13-token-assertion-jti" {
            sentence: "jti of a client assertion is new each time",
            platform: None, tool: Should, risk: Medium,
            harm: "platforms that keep used values refuse the second request",
            clauses: [SECURITY.at("4.1.1")],
            hint: "draw a random jti for each assertion, and make a new assertion for each request",
        },
        // T-13
        TokenAlg = "lti13-token-assertion-alg" {
            sentence: "the header of a client assertion names the algorithm of its signature, and that is not none",
            platform: None, tool: Must, risk: High,
            harm: "whoever knows the client_id writes grades",
            clauses: [SECURITY.at("4.1.1"), RFC7515.anchored("4.1.1", "section-4.1.1")],
            hint: "sign with RS256",
        },
        // T-16
        TokenSymmetric = "lti13-token-assertion-symmetric" {
            sentence: "a client assertion is signed by a private key, never by a shared secret",
            platform: None, tool: Must, risk: Medium,
            harm: "whoever reads the platform's settings can sign as the tool",
            clauses: [CERTIFICATION.at("4.2")],
            hint: "sign with RS256 by a key whose public part you publish",
        },
        // T-01, T-15
        TokenSignature = "lti13-token-assertion-signature" {
            sentence: "a client assertion verifies with a key that the tool publishes",
            platform: None, tool: Must, risk: Medium,
            harm: "platforms answer invalid_client: no grade arrives",
            clauses: [CORE.at("6.2"), SECURITY.at("4.1.1"), SECURITY.at("6.3")],
            hint: "publish the public part of the very key that signs, under the kid in the assertion's header",
        },
        // T-14
        TokenKid = "lti13-token-assertion-kid" {
            sentence: "the header of a client assertion names the key that signed it",
            platform: None, tool: Practice, risk: Low,
            harm: "platforms that read a key set cannot choose the key, and refuse",
            clauses: [SECURITY.at("6.3")],
            hint: "set kid to the one under which the key stands in your key set",
        },
        // T-17
        TokenDeployment = "lti13-token-assertion-deployment" {
            sentence: "a client assertion names the deployment that the token is for",
            platform: None, tool: Should, risk: Low,
            harm: "platforms that bind tokens to a deployment refuse",
            clauses: [CORE.at("6.2.1")],
            hint: "add the claim https://purl.imsglobal.org/spec/lti/claim/deployment_id with the deployment of the launch",
        },
        //
        ScoresUrl = "lti13-ags-scores-url" {
            sentence: "the address for scores is the line item's with /scores at the end of its path, query kept",
            platform: None, tool: Must, risk: Medium,
            harm: "no grade arrives on platforms whose line item addresses have a query, such as Moodle",
            clauses: [AGS.at("3.4.1")],
            hint: "parse the address and change its path: .../lineitem?type_id=7 becomes .../lineitem/scores?type_id=7. Text put behind the address lands in the query",
        },
        // N-05
        RosterAccept = "lti13-nrps-accept" {
            sentence: "a request for the roster says in Accept that it wants a membership container",
            platform: None, tool: Should, risk: Low,
            harm: "platforms that serve several formats answer with another one",
            clauses: [NRPS.at("2.4"), CERTIFICATION.at("6.3")],
            hint: "send Accept: application/vnd.ims.lti-nrps.v2.membershipcontainer+json",
        },
        // T-23
        CallBearer = "lti13-service-bearer" {
            sentence: "a tool calls a service with the header Authorization: Bearer and a token of that platform",
            platform: None, tool: Must, risk: High,
            harm: "the call is refused; a token that goes to another platform is that platform's to use",
            clauses: [SECURITY.at("4.1"), RFC6750.anchored("2.1", "section-2.1"), CORE.at("6.2")],
            hint: "send Authorization: Bearer <access_token>; keep tokens by platform, client_id and scope",
        },
        // N-30
        RosterQuery = "lti13-nrps-url-query" {
            sentence: "a tool asks for the roster at the address that the launch names: its query is kept, and what the tool adds comes behind it",
            platform: None, tool: Must, risk: Medium,
            harm: "no roster on platforms whose addresses have a query",
            clauses: [NRPS.at("3"), NRPS.at("3.6.1")],
            hint: "parse the address and append parameters to its query instead of writing a question mark behind it",
        },
        // T-57
        TokenInQuery = "lti13-service-token-query" {
            sentence: "a tool does not put its token into an address",
            platform: None, tool: Should, risk: Medium,
            harm: "tokens end in logs, and whoever reads those writes grades",
            clauses: [RFC6750.anchored("2.3", "section-2.3")],
            hint: "send the token in the header Authorization alone",
        },
        // T-21
        TokenKept = "lti13-token-kept" {
            sentence: "a tool may use a token until it ends",
            platform: None, tool: May, risk: None,
            harm: "a platform that is asked for a token with every call may throttle the tool",
            clauses: [SECURITY.at("4.1")],
            hint: "keep tokens by platform, client_id and scope until shortly before they end",
        },
        // T-21
        TokenEnds = "lti13-token-ends" {
            sentence: "what a tool does with a token that has ended is its own affair",
            platform: None, tool: May, risk: None,
            harm: "calls are refused until the tool asks anew",
            clauses: [RFC6749.anchored("5.1", "section-5.1")],
            hint: "keep expires_in beside the token, and ask anew shortly before it is over",
        },
        // T-20
        NoRefresh = "lti13-token-refresh" {
            sentence: "a tool asks for a new token and never by a refresh token",
            platform: None, tool: Must, risk: Low,
            harm: "platforms answer unsupported_grant_type: no grade arrives after the first hour",
            clauses: [SECURITY.at("7.1.1")],
            hint: "ask by client_credentials and a new assertion each time; leave refresh_token alone",
        },
        // T-43
        TokenTypeCase = "lti13-token-type-case" {
            sentence: "a tool reads token_type without regard to case",
            platform: None, tool: Practice, risk: Low,
            harm: "no grade arrives on platforms that write bearer",
            clauses: [RFC6749.anchored("5.1", "section-5.1")],
            hint: "compare token_type with bearer in lower case, or not at all",
        },
        // T-44
        ExpiresOptional = "lti13-token-expires-optional" {
            sentence: "a tool lives with a token answer without expires_in",
            platform: None, tool: Practice, risk: Low,
            harm: "no grade arrives on platforms that leave it out",
            clauses: [RFC6749.anchored("5.1", "section-5.1"), SECURITY.at("4.1")],
            hint: "take an hour, or ask anew with each call, where expires_in is missing",
        },
        // T-44
        AnswerUnknown = "lti13-token-answer-unknown" {
            sentence: "a tool ignores members of a token answer that it does not know",
            platform: None, tool: Practice, risk: Low,
            harm: "no grade arrives on platforms that add a member",
            clauses: [RFC6749.anchored("5.1", "section-5.1")],
            hint: "read access_token, token_type, expires_in and scope, and leave the rest alone",
        },
        // T-22
        TokenOpaque = "lti13-token-opaque" {
            sentence: "a token is opaque to a tool",
            platform: None, tool: Should, risk: Low,
            harm: "no grade arrives on platforms whose tokens are no JWT, or change",
            clauses: [SECURITY.at("4.1.1.1")],
            hint: "do not take the token apart; its end is in expires_in",
        },
        //
        CallsBounded = "lti13-service-calls-bounded" {
            sentence: "a tool does not call again and again what has just failed",
            platform: None, tool: Practice, risk: Low,
            harm: "a platform in trouble is pushed further down, and blocks the tool",
            clauses: [PRACTICE.at("failures of services")],
            hint: "wait longer before each further attempt, heed Retry-After, and give up after a few",
        },
        //
        RequestStops = "lti13-service-refused-repeated" {
            sentence: "a tool does not repeat a request that was refused as wrong",
            platform: None, tool: Should, risk: Low,
            harm: "the platform is asked the same in vain, and the tool never says that the grade did not arrive",
            clauses: [AGS.at("3.4.3")],
            hint: "treat 400 as final: say so to the user and keep the score for later",
        },
        //
        Renewal = "lti13-service-token-renewed" {
            sentence: "a tool may ask for a new token when its token is refused",
            platform: None, tool: May, risk: None,
            harm: "the user sees an error where a new token would have helped",
            clauses: [RFC6750.anchored("3.1", "section-3.1")],
            hint: "after 401 drop the token, ask anew, and call once more",
        },
        //
        LostScore = "lti13-ags-score-lost" {
            sentence: "what a tool does with a score whose answer was lost is its own affair",
            platform: None, tool: May, risk: None,
            harm: "the grade may be missing, or there twice",
            clauses: [AGS.at("3.4.9")],
            hint: "send the same score with the same timestamp once more",
        },
        // T-05
        CallScope = "lti13-service-scope" {
            sentence: "the token of a call was asked for the scope that the call needs",
            platform: None, tool: Practice, risk: Low,
            harm: "platforms that enforce scopes answer 403: no grade arrives",
            clauses: [SECURITY.at("7.1.4"), AGS.at("3.4.2"), AGS.at("3.2")],
            hint: "ask for the scope of the very call: score to send scores, lineitem for line items, result.readonly for results",
        },
        //
        ScoreMedia = "lti13-ags-score-media" {
            sentence: "a score has the media type application/vnd.ims.lis.v1.score+json",
            platform: None, tool: Practice, risk: Low,
            harm: "platforms answer 415 or 400",
            clauses: [AGS.at("3.4.3")],
            hint: "send Content-Type application/vnd.ims.lis.v1.score+json: v1, not v2",
        },
        //
        ScoreUser = "lti13-ags-score-user" {
            sentence: "a score names its user",
            platform: None, tool: Must, risk: Low,
            harm: "the grade belongs to nobody",
            clauses: [AGS.at("3.4.5")],
            hint: "set userId to the sub of the launch",
        },
        //
        ScoreActivity = "lti13-ags-score-activity" {
            sentence: "activityProgress of a score is one of the five words",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score",
            clauses: [AGS.at("3.4.7")],
            hint: "send Initialized, Started, InProgress, Submitted or Completed, letter by letter",
        },
        //
        ScoreGrading = "lti13-ags-score-grading" {
            sentence: "gradingProgress of a score is one of the five words",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score, or take it for unfinished and show nothing",
            clauses: [AGS.at("3.4.8")],
            hint: "send FullyGraded for a final grade; otherwise Pending, PendingManual, Failed or NotReady",
        },
        //
        ScoreGiven = "lti13-ags-score-given" {
            sentence: "scoreGiven of a score is a number, not below 0",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score",
            clauses: [AGS.at("3.4.4")],
            hint: "write a JSON number; null or no scoreGiven means that there is no score",
        },
        //
        ScoreMaximum = "lti13-ags-score-maximum" {
            sentence: "a score with scoreGiven has scoreMaximum",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score, or read it on another scale",
            clauses: [AGS.at("3.4.4")],
            hint: "send scoreMaximum with each scoreGiven",
        },
        //
        ScoreTimestamp = "lti13-ags-score-timestamp" {
            sentence: "a score has a timestamp in ISO 8601 with its zone",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score or put it into the wrong order",
            clauses: [AGS.at("3.4.9")],
            hint: "write 2026-11-22T10:15:30.123Z: date, time, fraction, zone",
        },
        //
        ScoreFraction = "lti13-ags-score-timestamp-fraction" {
            sentence: "the timestamp of a score has a fraction of a second",
            platform: None, tool: Must, risk: Low,
            harm: "of two scores within a second the second may be dropped",
            clauses: [AGS.at("3.4.9")],
            hint: "write milliseconds: 2026-11-22T10:15:30.123Z",
        },
        //
        ScoreIncreasing = "lti13-ags-score-timestamp-increasing" {
            sentence: "a later score of the same user has a later timestamp",
            platform: None, tool: Must, risk: Medium,
            harm: "platforms drop the newer score",
            clauses: [AGS.at("3.4.9")],
            hint: "take the time at which the score changed, not that of the attempt, the launch or the day",
        },
        //
        ScoreComment = "lti13-ags-score-comment" {
            sentence: "the comment of a score is a string",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score",
            clauses: [AGS.at("3.4.11")],
            hint: "send plain text",
        },
        //
        ScoreCommentPlain = "lti13-ags-score-comment-plain" {
            sentence: "the comment of a score is plain text and no HTML",
            platform: None, tool: Practice, risk: Low,
            harm: "students read markup",
            clauses: [AGS.at("3.4.11")],
            hint: "strip the markup before sending",
        },
        //
        ScoreScorer = "lti13-ags-score-scorer" {
            sentence: "scoringUserId of a score, if there, is a user id: neither empty nor null (a lower-case must)",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score",
            clauses: [AGS.at("3.4.6")],
            hint: "leave scoringUserId out where a machine has graded",
        },
        //
        ScoreSubmission = "lti13-ags-score-submission" {
            sentence: "startedAt and submittedAt of a score are ISO 8601 with a fraction of a second and a zone",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score or show the wrong time of submission",
            clauses: [AGS.at("3.4.10")],
            hint: "write 2026-11-22T10:15:30.123Z, or leave submission out",
        },
        //
        ScoreSubmissionOrder = "lti13-ags-score-submission-order" {
            sentence: "submittedAt of a score is not before startedAt (a lower-case must)",
            platform: None, tool: Must, risk: Low,
            harm: "the submission looks impossible, and lateness is judged wrongly",
            clauses: [AGS.at("3.4.10.2")],
            hint: "check which of the two moments goes into which member",
        },
        //
        ExtensionKeys = "lti13-ags-extension-keys" {
            sentence: "what a tool adds to a score or line item has a URL for its key",
            platform: None, tool: Practice, risk: Low,
            harm: "the key may come to mean something else, and strict platforms refuse it",
            clauses: [AGS.at("3.1.2")],
            hint: "name additions by a URL of your own: https://tool.example/lti/attempt",
        },
        //
        ItemLabel = "lti13-ags-item-label" {
            sentence: "a new line item has a label that is not blank",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the line item, or show a column without a name",
            clauses: [AGS.at("3.2.7")],
            hint: "send the title of the exercise as label",
        },
        //
        ItemMaximum = "lti13-ags-item-maximum" {
            sentence: "scoreMaximum of a new line item is a number above 0",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the line item, or divide by zero",
            clauses: [AGS.at("3.2.8")],
            hint: "send a positive number",
        },
        //
        ItemDates = "lti13-ags-item-dates" {
            sentence: "startDateTime and endDateTime of a line item are ISO 8601 with a zone",
            platform: None, tool: Must, risk: Low,
            harm: "students see the wrong end of the time for handing in",
            clauses: [AGS.at("3.2.12"), AGS.at("3.2.13")],
            hint: "write 2026-11-22T10:15:30Z, or leave the dates out",
        },
        //
        ItemMedia = "lti13-ags-item-media" {
            sentence: "a new line item has the media type application/vnd.ims.lis.v2.lineitem+json",
            platform: None, tool: Practice, risk: Low,
            harm: "platforms answer 415 or 400",
            clauses: [AGS.at("3.2.1")],
            hint: "send Content-Type application/vnd.ims.lis.v2.lineitem+json",
        },
        //
        ItemsAccept = "lti13-ags-items-accept" {
            sentence: "a request for the line items says in Accept that it wants a line item container",
            platform: None, tool: Practice, risk: Low,
            harm: "platforms that serve several formats answer 406",
            clauses: [AGS.at("3.2.1"), AGS.at("3.2.4")],
            hint: "send Accept: application/vnd.ims.lis.v2.lineitemcontainer+json",
        },
        //
        ItemsNext = "lti13-ags-next-verbatim" {
            sentence: "a tool asks for the next page of line items at the very address that was named (a lower-case must)",
            platform: None, tool: Must, risk: Medium,
            harm: "line items are missed or read twice, and made a second time",
            clauses: [AGS.at("3.2.4")],
            hint: "take the address of rel=next as it is, and add no filter to it",
        },
        //
        ItemsUnknown = "lti13-ags-members-unknown" {
            sentence: "a tool ignores members of claims, line items and results that it does not know",
            platform: None, tool: Practice, risk: Low,
            harm: "no grade arrives on platforms that add a member",
            clauses: [AGS.at("3.1.2")],
            hint: "read the members you know and leave the others alone",
        },
        //
        ItemBlank = "lti13-ags-lineitem-blank" {
            sentence: "a tool takes an empty lineitem for none",
            platform: None, tool: Practice, risk: Low,
            harm: "users meet an error page in links without a grade",
            clauses: [AGS.at("3.1")],
            hint: "treat an empty lineitem like an absent one",
        },
        //
        ItemsOnly = "lti13-ags-lineitems-only" {
            sentence: "a tool sends scores where the launch offers lineitems alone",
            platform: None, tool: Certification, risk: Low,
            harm: "the certification suite offers no lineitem: such a tool does not pass",
            clauses: [CERTIFICATION.at("6.4")],
            hint: "look for your own line item under lineitems, make one where there is none, and send scores to its id",
        },
        //
        ItemCopied = "lti13-ags-copied-item" {
            sentence: "a tool makes no line item that the copied course has already",
            platform: None, tool: Must, risk: Medium,
            harm: "teachers have each column twice after copying a course",
            clauses: [AGS.at("3.2.15")],
            hint: "ask lineitems for your resourceId and tag first, and use what is there",
        },
        //
        ScoreTaken = "lti13-ags-score-taken" {
            sentence: "any answer in the two hundreds means that a score was taken, with or without a body",
            platform: None, tool: Practice, risk: Medium,
            harm: "the tool says that the grade did not arrive, or sends it again",
            clauses: [AGS.at("3.4.3")],
            hint: "test for 200 to 299, and do not read the body",
        },
        //
        ResultsUrl = "lti13-ags-results-url" {
            sentence: "the address for results is the line item's with /results at the end of its path, query kept",
            platform: None, tool: Must, risk: Low,
            harm: "no results on platforms whose line item addresses have a query",
            clauses: [AGS.at("3.3.1")],
            hint: "parse the address and change its path: .../lineitem?type_id=7 becomes .../lineitem/results?type_id=7",
        },
        //
        ResultsAccept = "lti13-ags-results-accept" {
            sentence: "a request for results says in Accept that it wants a result container",
            platform: None, tool: Practice, risk: Low,
            harm: "platforms that serve several formats answer 406",
            clauses: [AGS.at("3.3.4")],
            hint: "send Accept: application/vnd.ims.lis.v2.resultcontainer+json",
        },
        //
        ResultsEmpty = "lti13-ags-results-optional" {
            sentence: "a tool reads results without resultScore or resultMaximum, and a list without results",
            platform: None, tool: Practice, risk: Low,
            harm: "users meet an error page before the first grade",
            clauses: [AGS.at("3.3.4.5"), AGS.at("3.3.4.6"), AGS.at("3.3.5")],
            hint: "null and absent mean no score; where resultMaximum is absent it is 1",
        },
        // N-04
        RosterGet = "lti13-nrps-get" {
            sentence: "a tool asks for the roster by GET",
            platform: None, tool: Certification, risk: Low,
            harm: "the roster does not come",
            clauses: [NRPS.at("2.4"), CERTIFICATION.at("6.3")],
            hint: "GET the address context_memberships_url",
        },
        // N-06
        RosterScope = "lti13-nrps-scope" {
            sentence: "the token for the roster was asked for the scope contextmembership.readonly",
            platform: None, tool: Certification, risk: Low,
            harm: "platforms that enforce scopes answer 403: no roster",
            clauses: [CERTIFICATION.at("6.3"), NRPS.at("3.6.1")],
            hint: "ask for https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
        },
        // N-22
        RosterNext = "lti13-nrps-next-verbatim" {
            sentence: "a tool asks for the next page of the roster at the very address that was named",
            platform: None, tool: Should, risk: Low,
            harm: "people are missed or read twice",
            clauses: [NRPS.at("2.4.2"), NRPS.at("2.4.3")],
            hint: "take the address of rel=next as it is, and add nothing to it",
        },
        // N-19
        RosterLink = "lti13-nrps-link-header" {
            sentence: "a tool finds rel=next in every form of the header Link",
            platform: None, tool: Practice, risk: Low,
            harm: "people from the second page on are missing",
            clauses: [NRPS.at("2.4.2")],
            hint: "use a reader for RFC 8288: several links in one field, names with and without quotation marks, references relative to the page",
        },
        // N-31
        RosterPages = "lti13-nrps-pages" {
            sentence: "how many pages of a roster a tool reads is its own affair",
            platform: None, tool: May, risk: None,
            harm: "people are missing",
            clauses: [NRPS.at("2.4.2")],
            hint: "read on while there is a rel=next, also behind an empty page",
        },
        // N-31
        RosterEnds = "lti13-nrps-pages-end" {
            sentence: "a tool ends reading when pages name themselves as the next one",
            platform: None, tool: Practice, risk: Low,
            harm: "one faulty answer keeps the tool and the platform busy for ever",
            clauses: [PRACTICE.at("failures of services")],
            hint: "remember the addresses that were read, and set a limit",
        },
        // N-31
        RosterMany = "lti13-nrps-many" {
            sentence: "a tool bears a roster of ten thousand",
            platform: None, tool: Practice, risk: Low,
            harm: "large courses have no roster",
            clauses: [NRPS.at("2.4.2")],
            hint: "read page by page, and keep what you need of each member",
        },
        // N-14
        RosterPrivate = "lti13-nrps-names-optional" {
            sentence: "a tool does not rely on names and addresses of members",
            platform: None, tool: Should, risk: Low,
            harm: "courses that keep names private have no roster",
            clauses: [NRPS.at("2.2")],
            hint: "show a member without a name by something else",
        },
        // N-15
        RosterStatus = "lti13-nrps-status-absent" {
            sentence: "a member without status is active (a lower-case must)",
            platform: None, tool: Must, risk: Medium,
            harm: "the whole course is missing on platforms that leave status out",
            clauses: [NRPS.at("2.3")],
            hint: "leave out members whose status is Inactive or Deleted; absent means Active",
        },
        // N-11, N-34
        RosterOdd = "lti13-nrps-member-odd" {
            sentence: "one odd member does not cost a tool the roster",
            platform: None, tool: Practice, risk: Low,
            harm: "one account without a role or name leaves a course without a roster",
            clauses: [NRPS.at("2.2")],
            hint: "read members one by one, with an empty list of roles, unknown ones and null for what is not told",
        },
        // N-34
        RosterUnknown = "lti13-nrps-members-unknown" {
            sentence: "a tool ignores members of the roster that it does not know",
            platform: None, tool: Practice, risk: Low,
            harm: "no roster on platforms that add something",
            clauses: [NRPS.at("2.2")],
            hint: "read the members you know and leave the others alone",
        },
        // N-32
        RosterMedia = "lti13-nrps-media-parameter" {
            sentence: "a tool bears a parameter behind the media type of a roster",
            platform: None, tool: Practice, risk: Low,
            harm: "no roster on platforms that name the character set",
            clauses: [NRPS.at("2.1")],
            hint: "compare the media type without what stands behind the semicolon, or not at all",
        },
        // N-09
        RosterNobody = "lti13-nrps-empty" {
            sentence: "a tool bears a roster without anybody",
            platform: None, tool: Practice, risk: Low,
            harm: "an empty course shows an error page",
            clauses: [NRPS.at("2.1")],
            hint: "treat an empty list as an empty course",
        },
    }
}
