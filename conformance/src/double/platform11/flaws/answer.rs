//! Flaws in the answers of the outcomes service, and in reading its requests.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with envelopes.
    pub enum AnswerFlaw {
        EnvelopeMissing = "envelope-missing", breaks "lti11-platform-outcomes-envelope",
            "answers 204 to a score", [
            "platform11-outcomes-envelope" => "warn", "platform11-outcomes-reference" => "skip",
            "platform11-outcomes-media-type" => "skip", "platform11-outcomes-operation-reference" => "info:absent",
        ];
        ReferenceConstant = "reference-constant", breaks "lti11-platform-outcomes-reference",
            "writes the same imsx_messageRefIdentifier each time", ["platform11-outcomes-reference" => "warn"];
        TypeHtml = "answer-type-html", breaks "lti11-platform-outcomes-media-type",
            "answers as text/html", ["platform11-outcomes-media-type" => "warn"];
        OperationMissing = "operation-reference-missing", breaks "lti11-platform-outcomes-latitude",
            "leaves imsx_operationRefIdentifier out", ["platform11-outcomes-operation-reference" => "info:absent"];
        FailureStatus = "failure-status", breaks "lti11-platform-outcomes-latitude",
            "answers failures with 400", ["platform11-outcomes-status" => "info:status-of-an-error"];
        FailurePlain = "failure-plain", breaks "lti11-platform-outcomes-operation",
            "says in plain text what failed, with 200", [
            "platform11-outcomes-unknown" => "review", "platform11-outcomes-operation" => "warn",
            "platform11-cert-8-6" => "warn",
        ];
        EntityExpanded = "entity-expanded", breaks "lti11-platform-outcomes-xml",
            "expands the entities of a message", ["platform11-outcomes-entity" => "info:expanded"];
        EntityCrash = "entity-crash", breaks "lti11-platform-outcomes-xml",
            "breaks where a message declares an entity", [
            "platform11-outcomes-entity" => "warn", "platform11-outcomes-external" => "warn",
        ];
        ExternalRead = "external-read", breaks "lti11-platform-outcomes-xml",
            "looks for the file of an external entity", ["platform11-outcomes-external" => "warn"];
        BrokenCrash = "broken-crash", breaks "lti11-platform-outcomes-xml",
            "breaks where the XML is broken", ["platform11-outcomes-broken" => "warn"];
    }
}
