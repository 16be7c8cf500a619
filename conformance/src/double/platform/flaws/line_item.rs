//! Flaws of the line items and of the claim that offers them.

use super::lost::SCORES;
use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with line items.
    pub enum LineItemFlaw {
        ClaimMissing = "ags-claim-missing", breaks "lti13-platform-ags-claim",
            "offers the gradebook and says so nowhere", [
            "platform-ags-claim" => "fail", "platform-service-scope-list" => "skip",
            "platform-service-scope-put" => "skip", "platform-service-scope-readonly" => "skip",
            "platform-service-scope-score" => "skip", "platform-service-token-contexts" => "skip",
            "platform-ags-claim-line-item" => "skip", "platform-ags-claim-line-items" => "skip",
            "platform-ags-claim-scope" => "unsupported", "platform-ags-create" => "skip",
            "platform-ags-create-charset" => "skip", "platform-ags-create-dates" => "skip",
            "platform-ags-create-extension" => "skip", "platform-ags-create-kept" => "skip",
            "platform-ags-create-label" => "skip", "platform-ags-create-link" => "skip",
            "platform-ags-create-link-foreign" => "skip", "platform-ags-create-link-unknown" => "skip",
            "platform-ags-create-maximum" => "skip", "platform-ags-create-recommended" => "skip",
            "platform-ags-create-status" => "skip", "platform-ags-delete" => "skip",
            "platform-ags-filter-both" => "skip", "platform-ags-filter-encoded" => "skip",
            "platform-ags-filter-link" => "skip", "platform-ags-filter-link-unknown" => "skip",
            "platform-ags-filter-none" => "skip", "platform-ags-filter-resource" => "skip",
            "platform-ags-filter-tag" => "skip", "platform-ags-foreign-list" => "skip",
            "platform-ags-foreign-read" => "skip", "platform-ags-foreign-score" => "skip",
            "platform-ags-item-extension" => "skip", "platform-ags-item-id" => "skip",
            "platform-ags-item-read" => "skip", "platform-ags-limit" => "skip", "platform-ags-list" => "skip",
            "platform-ags-list-accept-any" => "skip", "platform-ags-list-media-type" => "skip",
            "platform-ags-next" => "skip", "platform-ags-next-filters" => "skip", "platform-ags-put" => "skip",
            "platform-ags-put-id" => "skip", "platform-ags-put-link" => "skip", "platform-ags-put-returns" => "skip",
            "platform-ags-put-true" => "skip", "platform-ags-put-without-id" => "skip",
            "platform-ags-score" => "skip", "platform-ags-score-user-missing" => "skip",
            "platform-ags-score-user-unknown" => "skip", "platform-ags-scores-get" => "skip",
            "platform-cert-pa01" => "skip", "platform-cert-pa02" => "skip", "platform-cert-pa03" => "skip",
            "platform-cert-pa04" => "skip", "platform-cert-pa05" => "skip", "platform-cert-pa06" => "skip",
            "platform-cert-pa07" => "skip", "platform-cert-pa08" => "skip", "platform-cert-pa09" => "skip",
            "platform-cert-pa10" => "skip", "platform-cert-pa11" => "skip", "platform-cert-pa12" => "skip",
            "platform-cert-pa13" => "skip", "platform-cert-pa14" => "skip", "platform-cert-pa15" => "skip",
        ], losing SCORES;
        ClaimScopeText = "ags-claim-scope-text", breaks "lti13-platform-ags-claim-scope",
            "writes the scopes of the claim as one text", ["platform-ags-claim-scope" => "warn"];
        CoupledUnsaid = "ags-coupled-unsaid", breaks "lti13-platform-ags-claim-line-item",
            "never names the line item of a link", ["platform-ags-claim-line-item" => "fail"];
        CoupledFirst = "ags-coupled-first", breaks "lti13-platform-ags-claim-line-item",
            "names the first line item of a link that has several", ["platform-ags-claim-line-items" => "fail"];
        ListWrapped = "ags-list-wrapped", breaks "lti13-platform-ags-list",
            "wraps the list of line items into an object", [
            "platform-ags-list" => "fail", "platform-ags-filter-none" => "fail",
            "platform-ags-filter-link-unknown" => "fail",
        ];
        ListHtml = "ags-list-html", breaks "lti13-platform-ags-media-types",
            "sends line items as text/html", ["platform-ags-list-media-type" => "warn"];
        AcceptExact = "ags-accept-exact", breaks "lti13-platform-ags-media-types",
            "refuses to list line items for who accepts everything", ["platform-ags-list-accept-any" => "warn"];
        FilterLink = "ags-filter-link", breaks "lti13-platform-ags-filters",
            "does not read resource_link_id", [
            "platform-ags-filter-link" => "fail", "platform-ags-filter-both" => "fail",
            "platform-ags-filter-link-unknown" => "fail", "platform-ags-claim-line-items" => "skip",
        ];
        FilterResource = "ags-filter-resource", breaks "lti13-platform-ags-filters",
            "does not read resource_id", [
            "platform-ags-filter-resource" => "fail", "platform-ags-filter-both" => "fail",
            "platform-ags-filter-encoded" => "fail", "platform-ags-filter-none" => "fail",
        ];
        FilterTag = "ags-filter-tag", breaks "lti13-platform-ags-filters",
            "does not read tag", [
            "platform-ags-filter-tag" => "fail", "platform-ags-next-filters" => "skip",
        ];
        FilterEither = "ags-filter-either", breaks "lti13-platform-ags-filters",
            "lists what has the link or the resource", ["platform-ags-filter-both" => "fail"];
        FilterEncoded = "ags-filter-encoded", breaks "lti13-platform-ags-filters",
            "compares filters without decoding them", ["platform-ags-filter-encoded" => "fail"];
        NoneMissing = "ags-none-missing", breaks "lti13-platform-ags-none",
            "answers 404 where no line item matches", ["platform-ags-filter-none" => "fail"];
        LinkMissing = "ags-link-missing", breaks "lti13-platform-ags-none",
            "answers 404 to a filter by a link that it does not know", ["platform-ags-filter-link-unknown" => "fail"];
        LimitUnread = "ags-limit-unread", breaks "lti13-platform-ags-limit",
            "does not read limit", ["platform-ags-limit" => "fail", "platform-ags-next" => "skip", "platform-ags-next-filters" => "skip"];
        NextUnsaid = "ags-next-unsaid", breaks "lti13-platform-ags-next",
            "does not say that there are more line items", [
            "platform-ags-next" => "fail", "platform-ags-next-filters" => "skip",
        ];
        NextQuoted = "ags-next-quoted", breaks "lti13-platform-ags-next",
            "writes typographic quotes into its Link header", [
            "platform-ags-next" => "fail", "platform-ags-next-filters" => "skip", "platform-ags-results-next" => "fail",
        ];
        NextUnfiltered = "ags-next-unfiltered", breaks "lti13-platform-ags-next-filters",
            "forgets the filters on the second page", ["platform-ags-next-filters" => "fail"];
        CreateBare = "ags-create-bare", breaks "lti13-platform-ags-create",
            "answers a new line item with its address alone", [
            "platform-ags-create" => "fail", "platform-ags-create-kept" => "skip",
            "platform-ags-create-recommended" => "skip", "platform-ags-item-id" => "skip",
            "platform-ags-create-label" => "skip", "platform-ags-create-dates" => "skip",
            "platform-ags-item-extension" => "skip", "platform-ags-create-link" => "skip",
            "platform-cert-pa04" => "warn", "platform-cert-pa06" => "warn", "platform-cert-pa09" => "warn",
        ];
        CreateAccepted = "ags-create-accepted", breaks "lti13-platform-ags-create-status",
            "answers a new line item with 202", ["platform-ags-create-status" => "warn"];
        TagLowered = "ags-tag-lowered", breaks "lti13-platform-ags-create-kept",
            "writes tags in small letters", ["platform-ags-create-kept" => "fail"];
        MaximumOwn = "ags-maximum-own", breaks "lti13-platform-ags-create-recommended",
            "gives every line item a maximum of 100", [
            "platform-ags-create-recommended" => "warn", "platform-ags-put-rescale" => "skip",
        ];
        LabelBlank = "ags-label-blank", breaks "lti13-platform-ags-label",
            "makes line items without a label", ["platform-ags-create-label" => "fail"];
        MaximumZero = "ags-maximum-zero", breaks "lti13-platform-ags-maximum",
            "makes line items with a maximum of 0", ["platform-ags-create-maximum" => "fail"];
        LinkIgnored = "ags-link-ignored", breaks "lti13-platform-ags-link",
            "ignores the link of a new line item", [
            "platform-ags-create-link" => "info:ignored", "platform-ags-filter-both" => "skip",
            "platform-ags-claim-line-items" => "skip", "platform-ags-put-link" => "skip",
        ];
        LinkAnyContext = "ags-link-any-context", breaks "lti13-platform-ags-link",
            "ties line items to links of other courses", ["platform-ags-create-link-foreign" => "fail"];
        LinkUnchecked = "ags-link-unchecked", breaks "lti13-platform-ags-link",
            "ties line items to whatever link is named", [
            "platform-ags-create-link-foreign" => "fail", "platform-ags-create-link-unknown" => "warn",
        ];
        DateZoneless = "ags-date-zoneless", breaks "lti13-platform-ags-dates",
            "writes dates without their zone", ["platform-ags-create-dates" => "fail"];
        IdNumber = "ags-id-number", breaks "lti13-platform-ags-item-id",
            "gives the number of a line item for its id", [
            "platform-ags-item-id" => "fail", "platform-cert-pa04" => "warn", "platform-cert-pa06" => "warn",
            "platform-cert-pa09" => "warn",
        ];
        ItemUnreadable = "ags-item-unreadable", breaks "lti13-platform-ags-item-read",
            "answers 405 to who reads one line item", [
            "platform-ags-item-read" => "fail", "platform-ags-put-true" => "skip", "platform-ags-put-id" => "skip",
            "platform-ags-put-link" => "skip", "platform-ags-foreign-read" => "skip",
            "platform-ags-put-rescale" => "skip", "platform-cert-pa05" => "warn",
        ];
        ExtensionBare = "ags-extension-bare", breaks "lti13-platform-ags-extensions",
            "adds a member of its own under a plain name to line items", ["platform-ags-item-extension" => "warn"];
        ExtensionRefused = "ags-extension-refused", breaks "lti13-platform-ags-unknown",
            "refuses line items with members that it does not know", ["platform-ags-create-extension" => "warn"];
        TypeExact = "ags-item-type-exact", breaks "lti13-platform-ags-media-types",
            "refuses line items whose media type has a charset", ["platform-ags-create-charset" => "warn"];
        PutEmpty = "ags-put-empty", breaks "lti13-platform-ags-put",
            "answers a changed line item with an empty 204", [
            "platform-ags-put-returns" => "fail", "platform-ags-put-true" => "skip",
        ];
        PutEcho = "ags-put-echo", breaks "lti13-platform-ags-put-true",
            "shows a changed line item as changed and leaves it as it was", ["platform-ags-put-true" => "fail", "platform-ags-put-rescale" => "skip"];
        PutIgnored = "ags-put-ignored", breaks "lti13-platform-ags-put-free",
            "changes nothing and says so", ["platform-ags-put" => "info:ignored", "platform-ags-put-rescale" => "skip"];
        PutIdTaken = "ags-put-id-taken", breaks "lti13-platform-ags-put-id",
            "moves a line item to the id that is sent", ["platform-ags-put-id" => "fail"];
        PutLinkTaken = "ags-put-link-taken", breaks "lti13-platform-ags-put-link",
            "ties a line item to another link when that is sent", ["platform-ags-put-link" => "fail"];
        PutIdWanted = "ags-put-id-wanted", breaks "lti13-platform-ags-put-id-optional",
            "refuses changes that do not name the id", [
            "platform-ags-put-without-id" => "warn",
        ];
        PutUnscaled = "ags-put-unscaled", breaks "lti13-platform-ags-put-rescale",
            "leaves results as they are when the maximum changes", ["platform-ags-put-rescale" => "warn"];
        DeleteRefused = "ags-delete-refused", breaks "lti13-platform-ags-delete",
            "lets no tool remove a line item", ["platform-ags-delete" => "unsupported"];
        DeleteHidden = "ags-delete-hidden", breaks "lti13-platform-ags-delete",
            "says that a line item is gone and shows it still", ["platform-ags-delete" => "warn"];
        ForeignRead = "ags-foreign-read", breaks "lti13-platform-ags-own",
            "shows a line item to every tool that knows its address", ["platform-ags-foreign-read" => "fail"];
        ForeignListed = "ags-foreign-listed", breaks "lti13-platform-ags-own",
            "lists the line items of all tools", [
            "platform-ags-foreign-list" => "fail",
        ];
        ForeignScored = "ags-foreign-scored", breaks "lti13-platform-ags-own",
            "takes scores from every tool that knows the address", ["platform-ags-foreign-score" => "fail"];
    }
}
