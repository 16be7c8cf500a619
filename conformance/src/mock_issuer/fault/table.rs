//! The table of faults.

use lti_core::requirement::spec::{
    OIDC_CORE, OIDC_DISCOVERY, RFC6749, RFC7515, RFC7517, RFC7519, RFC7636, RFC8414, RFC9068, RFC9207, RFC9700,
};

use super::{Nature, Place, Row};

/// What stands in the brackets of a row: requirement and clause, a clause alone, or nothing.
macro_rules! law {
    ($requirement:literal $spec:ident $section:literal) => {
        (Some($requirement), Some($spec.at($section)))
    };
    ($spec:ident $section:literal) => {
        (None, Some($spec.at($section)))
    };
    () => {
        (None, None)
    };
}

/// Declares the enum and its rows side by side: variant, place, nature, id, law, what.
macro_rules! faults {
    ($($variant:ident $place:ident $nature:ident $id:literal [$($law:tt)*] $what:literal;)*) => {
        /// What the mock issuer can get wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Fault {
            $(
                #[doc = concat!("`", $id, "`: ", $what, ".")]
                $variant,
            )*
        }

        impl Fault {
            /// Every fault, by place.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            pub(crate) const fn row(self) -> Row {
                match self {
                    $(Self::$variant => Row {
                        id: $id,
                        place: Place::$place,
                        nature: Nature::$nature,
                        law: law!($($law)*),
                        what: $what,
                    },)*
                }
            }
        }
    };
}

faults! {
    IdTokenAlgNone IdToken Breach "id-token-alg-none" ["oidc-id-token-signature" OIDC_CORE "2"]
        "the ID token is not signed: alg is none and the signature is empty";
    IdTokenAlgHs256 IdToken Breach "id-token-alg-hs256" ["oidc-id-token-signature" OIDC_CORE "10.1"]
        "an HMAC stands for the signature: alg is HS256, and its secret is the issuer's public key in PEM";
    IdTokenSignatureCorrupted IdToken Breach "id-token-signature-corrupted" ["oidc-id-token-signature" OIDC_CORE "2"]
        "the last byte of the signature is altered";
    IdTokenSignatureEmpty IdToken Breach "id-token-signature-empty" ["oidc-id-token-signature" OIDC_CORE "2"]
        "alg is RS256 still, but the signature is empty";
    IdTokenSubjectAltered IdToken Breach "id-token-subject-altered" ["oidc-id-token-signature" OIDC_CORE "2"]
        "sub names somebody else, under the signature of the original";
    IdTokenKeyStranger IdToken Breach "id-token-key-stranger" ["oidc-id-token-signature" OIDC_CORE "10.1"]
        "signed with a stranger's key under the kid of the issuer's key";
    IdTokenKidUnknown IdToken Breach "id-token-kid-unknown" ["oidc-id-token-signature" OIDC_CORE "10.1"]
        "signed with a stranger's key under a kid that no key set knows";
    IdTokenKidMissing IdToken Odd "id-token-kid-missing" ["oidc-client-kid-absent" OIDC_CORE "10.1"]
        "the header names no kid, which only a key set with several keys asks for";
    IdTokenHeaderJwk IdToken Breach "id-token-header-jwk" ["oidc-client-issuer-keys" OIDC_CORE "3.1.3.7 step 6"]
        "signed with a stranger's key, which the header brings along as jwk";
    IdTokenHeaderJku IdToken Breach "id-token-header-jku" ["oidc-client-issuer-keys" OIDC_CORE "3.1.3.7 step 6"]
        "signed with a stranger's key, whose key set the header points at as jku";
    IdTokenHeaderX5u IdToken Breach "id-token-header-x5u" ["oidc-client-issuer-keys" OIDC_CORE "3.1.3.7 step 6"]
        "signed with a stranger's key, whose certificate the header points at as x5u";
    IdTokenCritUnknown IdToken Breach "id-token-crit-unknown" ["oidc-client-crit" RFC7515 "4.1.11"]
        "the header declares an extension critical that nobody knows";
    IdTokenAlgRs384 IdToken Breach "id-token-alg-rs384" ["oidc-client-alg-registered" OIDC_CORE "3.1.3.7 step 7"]
        "signed with the issuer's key by RS384 where RS256 is registered";
    IdTokenAlgPs256 IdToken Breach "id-token-alg-ps256" ["oidc-client-alg-registered" OIDC_CORE "3.1.3.7 step 7"]
        "signed with the issuer's key by PS256 where RS256 is registered";
    IdTokenTypAccessToken IdToken Breach "id-token-typ-access-token" ["oauth2-bearer-id-token" RFC9068 "4"]
        "typ says at+jwt, the type of an access token";
    IdTokenNotAJwt IdToken Breach "id-token-not-a-jwt" ["oidc-id-token-claims" OIDC_CORE "2"]
        "the ID token is a word without dots";
    IdTokenIssOther IdToken Breach "id-token-iss-other" ["oidc-id-token-issuer" OIDC_CORE "2"]
        "iss names another issuer";
    IdTokenIssMissing IdToken Breach "id-token-iss-missing" ["oidc-id-token-claims" OIDC_CORE "2"]
        "iss is missing";
    IdTokenIssSlash IdToken Breach "id-token-iss-slash" ["oidc-id-token-issuer" OIDC_CORE "2"]
        "iss has a slash more at its end than the issuer";
    IdTokenAudOther IdToken Breach "id-token-aud-other" ["oidc-id-token-audience" OIDC_CORE "2"]
        "aud names another client";
    IdTokenAudMissing IdToken Breach "id-token-aud-missing" ["oidc-id-token-claims" OIDC_CORE "2"]
        "aud is missing";
    IdTokenAudEmpty IdToken Breach "id-token-aud-empty" ["oidc-id-token-audience" OIDC_CORE "2"]
        "aud is an empty array";
    IdTokenAudListOfOne IdToken Odd "id-token-aud-list-of-one" ["oidc-client-aud-array" OIDC_CORE "2"]
        "aud is an array with the client as its only member";
    IdTokenAudExtra IdToken Breach "id-token-aud-extra" ["oidc-client-aud-untrusted" OIDC_CORE "3.1.3.7 step 3"]
        "aud names the client and an audience that it does not trust";
    IdTokenAzpOther IdToken Breach "id-token-azp-other" ["oidc-client-azp" OIDC_CORE "3.1.3.7 step 5"]
        "azp names another client";
    IdTokenAzpMissing IdToken Odd "id-token-azp-missing" ["oidc-client-azp-absent" OIDC_CORE "3.1.3.7 step 4"]
        "aud has two members, and azp is missing";
    IdTokenExpPast IdToken Breach "id-token-exp-past" ["oidc-id-token-times" OIDC_CORE "2"]
        "exp was two hours ago";
    IdTokenExpJustPast IdToken Breach "id-token-exp-just-past" ["oidc-id-token-times" OIDC_CORE "2"]
        "exp was six minutes ago, beyond what most allow for clocks";
    IdTokenExpMissing IdToken Breach "id-token-exp-missing" ["oidc-id-token-claims" OIDC_CORE "2"]
        "exp is missing";
    IdTokenExpText IdToken Breach "id-token-exp-text" ["oidc-id-token-claims" OIDC_CORE "2"]
        "exp is a number written as text";
    IdTokenIatMissing IdToken Breach "id-token-iat-missing" ["oidc-id-token-claims" OIDC_CORE "2"]
        "iat is missing";
    IdTokenIatFuture IdToken Breach "id-token-iat-future" ["oidc-client-iat" OIDC_CORE "3.1.3.7 step 10"]
        "iat is a day ahead";
    IdTokenIatOld IdToken Odd "id-token-iat-old" ["oidc-client-iat-old" OIDC_CORE "3.1.3.7 step 10"]
        "iat is a day ago, and exp is still ahead";
    IdTokenNbfFuture IdToken Breach "id-token-nbf-future" [RFC7519 "4.1.5"]
        "nbf is a day ahead";
    IdTokenNonceOther IdToken Breach "id-token-nonce-other" ["oidc-id-token-nonce" OIDC_CORE "2"]
        "nonce is another one than was sent";
    IdTokenNonceMissing IdToken Breach "id-token-nonce-missing" ["oidc-id-token-nonce" OIDC_CORE "2"]
        "nonce is missing although one was sent";
    IdTokenNonceReplayed IdToken Breach "id-token-nonce-replayed" ["oidc-id-token-nonce" OIDC_CORE "2"]
        "nonce is that of the ID token before";
    IdTokenReplayed IdToken Breach "id-token-replayed" ["oidc-id-token-nonce" OIDC_CORE "2"]
        "the ID token before is answered once more, byte for byte";
    IdTokenSubMissing IdToken Breach "id-token-sub-missing" ["oidc-id-token-claims" OIDC_CORE "2"]
        "sub is missing";
    IdTokenSubEmpty IdToken Breach "id-token-sub-empty" ["oidc-id-token-claims" OIDC_CORE "2"]
        "sub is an empty text";
    IdTokenSubLong IdToken Breach "id-token-sub-long" ["oidc-id-token-sub" OIDC_CORE "2"]
        "sub has 300 characters where 255 are the most";
    IdTokenSubNumber IdToken Breach "id-token-sub-number" ["oidc-id-token-claims" OIDC_CORE "2"]
        "sub is a number";
    IdTokenSubOther IdToken Breach "id-token-sub-other" ["oidc-userinfo-sub" OIDC_CORE "5.3.2"]
        "sub names another user than the access token and the userinfo endpoint";
    IdTokenSubDuplicated IdToken Breach "id-token-sub-duplicated" ["oidc-client-claim-twice" RFC7519 "4"]
        "sub stands twice: an intruder first, the user last";
    IdTokenAtHashWrong IdToken Breach "id-token-at-hash-wrong" ["oidc-client-at-hash" OIDC_CORE "3.1.3.8"]
        "at_hash is the hash of another access token";
    IdTokenCHashWrong IdToken Breach "id-token-c-hash-wrong" ["oidc-id-token-c-hash" OIDC_CORE "3.3.2.11"]
        "c_hash is the hash of another code";
    IdTokenAuthTimeOld IdToken Breach "id-token-auth-time-old" ["oidc-max-age" OIDC_CORE "3.1.2.1"]
        "auth_time is a year ago, whatever max_age was asked for";
    IdTokenAcrOther IdToken Breach "id-token-acr-other" ["oidc-client-acr" OIDC_CORE "3.1.3.7 step 12"]
        "acr is 0, whatever was asked for";
    IdTokenClaimsWrongTypes IdToken Breach "id-token-claims-wrong-types" ["oidc-client-claim-type" OIDC_CORE "2"]
        "name is a number, email an array, and email_verified a text";
    IdTokenUnknownClaims IdToken Odd "id-token-unknown-claims" ["oidc-client-claims-unknown" OIDC_CORE "2"]
        "claims that no text defines, one of them an object";
    IdTokenHuge IdToken Odd "id-token-huge" ["oidc-client-token-huge" OIDC_CORE "2"]
        "a claim of 256 KiB";

    AuthorizationStateOther Authorization Breach "authorization-state-other" ["oauth2-response-state" RFC6749 "4.1.2"]
        "state is another one than was sent";
    AuthorizationStateMissing Authorization Breach "authorization-state-missing" ["oauth2-response-state" RFC6749 "4.1.2"]
        "state is missing although one was sent";
    AuthorizationStateTwice Authorization Breach "authorization-state-twice" ["oauth2-response-state" RFC6749 "4.1.2"]
        "state stands twice: another one first, the one that was sent last";
    AuthorizationIssOther Authorization Breach "authorization-iss-other" ["oauth2-response-iss" RFC9207 "2"]
        "iss names another issuer";
    AuthorizationIssMissing Authorization Breach "authorization-iss-missing" ["oauth2-response-iss" RFC9207 "2.3"]
        "iss is missing although the metadata promises it";
    AuthorizationUnknownParameters Authorization Odd "authorization-unknown-parameters" ["oauth2-client-response-unknown" RFC6749 "4.1.2"]
        "parameters that no text defines, session_state among them";
    AuthorizationAccessDenied Authorization Odd "authorization-access-denied" ["oauth2-client-error" RFC6749 "4.1.2.1"]
        "the error access_denied in place of a code";
    AuthorizationServerError Authorization Odd "authorization-server-error" ["oauth2-client-error" RFC6749 "4.1.2.1"]
        "the error server_error in place of a code";
    AuthorizationErrorUnknown Authorization Breach "authorization-error-unknown" ["oauth2-client-error" RFC6749 "4.1.2.1"]
        "an error that no text defines, with markup in its description, in place of a code";
    AuthorizationErrorBesideCode Authorization Breach "authorization-error-beside-code" ["oauth2-client-error" RFC6749 "4.1.2.1"]
        "the error access_denied beside a code";
    AuthorizationCodeMissing Authorization Breach "authorization-code-missing" [RFC6749 "4.1.2"]
        "neither a code nor an error";
    AuthorizationCodeUnknown Authorization Breach "authorization-code-unknown" ["oauth2-client-token-error" RFC6749 "5.2"]
        "a code that was never issued";
    AuthorizationCodeTwice Authorization Breach "authorization-code-twice" [RFC6749 "3.1"]
        "code stands twice: an unknown one first, the right one last";
    AuthorizationCodeOfAnother Authorization Breach "authorization-code-of-another" ["oauth2-client-code-injection" RFC9700 "4.5"]
        "a code that was issued for another user's session at this client, with another nonce and another challenge";

    TokenTypeUnknown Token Breach "token-type-unknown" ["oauth2-client-token-type-unknown" RFC6749 "7.1"]
        "token_type is one that no text defines";
    TokenTypeCase Token Odd "token-type-case" ["oauth2-client-token-type-case" RFC6749 "5.1"]
        "token_type is written bEARER";
    TokenTypeMissing Token Breach "token-type-missing" ["oauth2-token-answer" RFC6749 "5.1"]
        "token_type is missing";
    TokenExpiresInMissing Token Odd "token-expires-in-missing" ["oauth2-client-optional-absent" RFC6749 "5.1"]
        "expires_in is missing";
    TokenExpiresInText Token Breach "token-expires-in-text" ["oauth2-token-answer" RFC6749 "5.1"]
        "expires_in is a number written as text";
    TokenExpiresInNegative Token Breach "token-expires-in-negative" ["oauth2-token-answer" RFC6749 "5.1"]
        "expires_in is -1";
    TokenUnknownMembers Token Odd "token-unknown-members" ["oauth2-client-token-unknown" RFC6749 "5.1"]
        "members that no text defines, one of them an object";
    TokenAccessTokenMissing Token Breach "token-access-token-missing" ["oauth2-token-answer" RFC6749 "5.1"]
        "access_token is missing";
    TokenAccessTokenOther Token Breach "token-access-token-other" ["oidc-client-at-hash" OIDC_CORE "3.1.3.8"]
        "access_token is one that was never issued, beside the ID token of the right one";
    TokenHtml Token Breach "token-html" ["oauth2-token-answer" RFC6749 "5.1"]
        "a page in HTML, with status 200";
    TokenArray Token Breach "token-array" ["oauth2-token-answer" RFC6749 "5.1"]
        "a JSON array with the answer in it";
    TokenEmpty Token Breach "token-empty" ["oauth2-token-answer" RFC6749 "5.1"]
        "an empty body, with status 200";
    TokenMediaType Token Breach "token-media-type" ["oauth2-token-answer" RFC6749 "5.1"]
        "the right JSON as text/html";
    TokenIdTokenMissing Token Breach "token-id-token-missing" ["oidc-token-answer" OIDC_CORE "3.1.3.3"]
        "id_token is missing although openid was asked for";
    TokenScopeReduced Token Odd "token-scope-reduced" [RFC6749 "3.3"]
        "scope has only the first of the scopes that were granted";
    TokenScopeMissing Token Odd "token-scope-missing" ["oauth2-client-optional-absent" RFC6749 "5.1"]
        "scope is missing";
    TokenRefreshTokenMissing Token Odd "token-refresh-token-missing" ["oauth2-client-optional-absent" RFC6749 "5.1"]
        "refresh_token is missing although offline access was granted";
    TokenRefreshTokenNotRotated Token Odd "token-refresh-token-not-rotated" ["oauth2-refresh-rotation" RFC6749 "6"]
        "a refresh answers the refresh token that was sent, and it works again";
    TokenInvalidGrant Token Odd "token-invalid-grant" ["oauth2-client-token-error" RFC6749 "5.2"]
        "400 with the error invalid_grant, whatever was sent";
    TokenInvalidClient Token Odd "token-invalid-client" ["oauth2-client-token-error" RFC6749 "5.2"]
        "401 with the error invalid_client, whatever was sent";
    TokenErrorUnknown Token Breach "token-error-unknown" ["oauth2-client-token-error" RFC6749 "5.2"]
        "400 with an error that no text defines and markup in its description";
    TokenErrorIn200 Token Breach "token-error-in-200" ["oauth2-client-token-error" RFC6749 "5.2"]
        "the error invalid_grant with status 200";
    TokenErrorBesideToken Token Breach "token-error-beside-token" ["oauth2-client-token-error" RFC6749 "5.2"]
        "the error invalid_grant beside the tokens, with status 200";

    UserInfoSubOther UserInfo Breach "userinfo-sub-other" ["oidc-userinfo-sub" OIDC_CORE "5.3.2"]
        "sub names another user than the ID token, with that user's name and address";
    UserInfoSubMissing UserInfo Breach "userinfo-sub-missing" ["oidc-userinfo-answer" OIDC_CORE "5.3.2"]
        "sub is missing";
    UserInfoError UserInfo Odd "userinfo-error" ["oidc-client-userinfo-error" OIDC_CORE "5.3.3"]
        "401 with the error invalid_token, whatever was sent";
    UserInfoHtml UserInfo Breach "userinfo-html" ["oidc-userinfo-answer" OIDC_CORE "5.3.2"]
        "a page in HTML, with status 200";
    UserInfoArray UserInfo Breach "userinfo-array" ["oidc-userinfo-answer" OIDC_CORE "5.3.2"]
        "a JSON array with the answer in it";
    UserInfoMediaType UserInfo Breach "userinfo-media-type" ["oidc-userinfo-answer" OIDC_CORE "5.3.2"]
        "the right JSON as text/html";
    UserInfoClaimsWrongTypes UserInfo Breach "userinfo-claims-wrong-types" ["oidc-client-claim-type" OIDC_CORE "2"]
        "name is a number, email an array, and email_verified a text";
    UserInfoUnknownClaims UserInfo Odd "userinfo-unknown-claims" ["oidc-client-claims-unknown" OIDC_CORE "2"]
        "claims that no text defines, one of them an object";

    DiscoveryIssuerOther Discovery Breach "discovery-issuer-other" ["oauth2-metadata-issuer" OIDC_DISCOVERY "4.3"]
        "issuer names another issuer";
    DiscoveryIssuerSlash Discovery Breach "discovery-issuer-slash" ["oauth2-metadata-issuer" OIDC_DISCOVERY "4.3"]
        "issuer has a slash more at its end than the address asked for";
    DiscoveryIssuerCase Discovery Breach "discovery-issuer-case" ["oauth2-metadata-issuer" OIDC_DISCOVERY "4.3"]
        "issuer is written with capitals in its scheme";
    DiscoveryIssuerMissing Discovery Breach "discovery-issuer-missing" ["oidc-metadata-members" OIDC_DISCOVERY "3"]
        "issuer is missing";
    DiscoveryAuthorizationEndpointMissing Discovery Breach "discovery-authorization-endpoint-missing" ["oidc-metadata-members" OIDC_DISCOVERY "3"]
        "authorization_endpoint is missing";
    DiscoveryTokenEndpointMissing Discovery Breach "discovery-token-endpoint-missing" ["oidc-metadata-members" OIDC_DISCOVERY "3"]
        "token_endpoint is missing";
    DiscoveryJwksUriMissing Discovery Breach "discovery-jwks-uri-missing" ["oidc-metadata-members" OIDC_DISCOVERY "3"]
        "jwks_uri is missing";
    DiscoveryUserInfoEndpointMissing Discovery Odd "discovery-userinfo-endpoint-missing" [OIDC_DISCOVERY "3"]
        "userinfo_endpoint is missing, which is only recommended";
    DiscoveryEndpointNotAUrl Discovery Breach "discovery-endpoint-not-a-url" ["oauth2-metadata-https" OIDC_DISCOVERY "3"]
        "token_endpoint is a word";
    DiscoveryEndpointInternal Discovery Breach "discovery-endpoint-internal" [RFC8414 "6.2"]
        "token_endpoint is at an address that only the client's own network reaches";
    DiscoveryPkcePlainOnly Discovery Breach "discovery-pkce-plain-only" ["oauth2-pkce-s256" RFC7636 "4.2"]
        "code_challenge_methods_supported has plain alone";
    DiscoveryIssParameterUnannounced Discovery Odd "discovery-iss-parameter-unannounced" ["oauth2-client-response-unknown" RFC6749 "4.1.2"]
        "authorization_response_iss_parameter_supported is missing";
    DiscoveryHtml Discovery Breach "discovery-html" ["oauth2-metadata-answer" OIDC_DISCOVERY "4.2"]
        "a page in HTML, with status 200";
    DiscoveryArray Discovery Breach "discovery-array" ["oauth2-metadata-answer" OIDC_DISCOVERY "4.2"]
        "a JSON array with the metadata in it";
    DiscoveryMediaType Discovery Breach "discovery-media-type" ["oauth2-metadata-answer" OIDC_DISCOVERY "4.2"]
        "the right JSON as text/html";
    DiscoveryNotFound Discovery Breach "discovery-not-found" ["oauth2-metadata-answer" OIDC_DISCOVERY "4.2"]
        "404, with an error in JSON";
    DiscoveryRedirected Discovery Breach "discovery-redirected" ["oauth2-metadata-answer" OIDC_DISCOVERY "4.2"]
        "302 to the same address with a query";
    DiscoveryUnknownMembers Discovery Odd "discovery-unknown-members" [OIDC_DISCOVERY "4.2"]
        "members that no text defines, one of them an object";

    JwksRotated Jwks Odd "jwks-rotated" ["oidc-client-key-rotation" OIDC_CORE "10.1.1"]
        "a new key is published, and the ID token of this very answer is signed with it";
    JwksEmpty Jwks Breach "jwks-empty" ["oidc-id-token-signature" OIDC_CORE "10.1"]
        "the key set has no key";
    JwksKeysMissing Jwks Breach "jwks-keys-missing" ["oidc-id-token-signature" OIDC_CORE "10.1"]
        "the key set has no member keys";
    JwksDuplicateKid Jwks Breach "jwks-duplicate-kid" ["oauth2-keys-kid" RFC7517 "4.5"]
        "a stranger's key under the same kid stands before each key";
    JwksKidMissing Jwks Odd "jwks-kid-missing" [RFC7517 "4.5"]
        "keys without kid";
    JwksPrivateKey Jwks Breach "jwks-private-key" ["oauth2-keys-private" OIDC_DISCOVERY "3"]
        "a private key beside the others";
    JwksSymmetricKey Jwks Breach "jwks-symmetric-key" ["oauth2-keys-private" OIDC_DISCOVERY "3"]
        "a symmetric key beside the others";
    JwksThousands Jwks Odd "jwks-thousands" [RFC7517 "5"]
        "three thousand keys more";
    JwksOddKeys Jwks Odd "jwks-odd-keys" ["oidc-client-odd-keys" RFC7517 "5"]
        "before the others: keys of a type, a curve and an algorithm that nobody knows, one that is broken, and members that no text defines";
    JwksUseEnc Jwks Breach "jwks-use-enc" ["oauth2-keys-use" RFC7517 "4.2"]
        "every key is for encryption";
    JwksStranger Jwks Breach "jwks-stranger" ["oidc-id-token-signature" OIDC_CORE "10.1"]
        "a stranger's key under the kid of each key";
    JwksHtml Jwks Breach "jwks-html" ["oidc-id-token-signature" OIDC_CORE "10.1"]
        "a page in HTML, with status 200";

    TransportSlow Transport Odd "transport-slow" []
        "the answer comes after three seconds";
    TransportHanging Transport Breach "transport-hanging" []
        "the answer comes after two minutes";
    TransportStatus500 Transport Breach "transport-status-500" []
        "500 with a page in HTML; nothing was done";
    TransportStatus503 Transport Odd "transport-status-503" []
        "503 with Retry-After; nothing was done";
    TransportStatus429 Transport Odd "transport-status-429" []
        "429 with Retry-After; nothing was done";
    TransportAnswerLost Transport Odd "transport-answer-lost" []
        "the request is done, and then 502 hides the answer";
    TransportTruncated Transport Breach "transport-truncated" []
        "the connection ends in the middle of the body";
    TransportOversized Transport Odd "transport-oversized" []
        "eight MiB of white space behind the body";
    TransportDropped Transport Breach "transport-dropped" []
        "the connection ends before the answer; nothing was done";
}
