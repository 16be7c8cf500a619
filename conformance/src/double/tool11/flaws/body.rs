//! Flaws of tools in how a launch may come.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool takes for a launch, by how it is sent.
    pub enum BodyFlaw {
        GetTried = "get-signature-taken", breaks "lti11-tool-method",
            "a signature for GET is taken for a POST as well",
            ["tool11-method-signed" => "fail"];
        GetTaken = "get-taken", breaks "lti11-tool-get",
            "launches by GET are let in",
            ["tool11-get" => "info:accepted"];
        QueryTaken = "query-taken", breaks "lti11-tool-protocol-place",
            "the protocol parameters may stand in the query",
            ["tool11-all-in-query" => "info:accepted"];
        QueryPassedOn = "query-passed-on", breaks "lti11-tool-protocol-place",
            "the protocol parameters may stand in the query, which goes on to the landing page",
            ["tool11-all-in-query" => "warn"];
        HeaderTaken = "header-taken", breaks "lti11-tool-protocol-place",
            "the protocol parameters may stand in header and body",
            [
                "tool11-header" => "info:accepted",
                "tool11-header-and-body" => "info:accepted",
                "tool11-all-in-query" => "info:accepted",
            ];
        HeaderAloneTaken = "header-alone-taken", breaks "lti11-tool-protocol-place",
            "the protocol parameters may all stand in a header",
            ["tool11-header" => "info:accepted", "tool11-all-in-query" => "info:accepted"];
        MultipartTaken = "multipart-taken", breaks "lti11-tool-other-body",
            "a multipart body is verified as if it were a form",
            ["tool11-multipart" => "warn"];
        MultipartBelieved = "multipart-believed", breaks "lti11-tool-unsigned-body",
            "the fields of a multipart body are believed, whatever was signed",
            ["tool11-multipart-unsigned" => "fail", "tool11-all-in-query" => "info:accepted"];
        JsonTaken = "json-taken", breaks "lti11-tool-other-body",
            "a JSON body is verified as if it were a form",
            ["tool11-json" => "warn"];
        JsonBelieved = "json-believed", breaks "lti11-tool-unsigned-body",
            "the members of a JSON body are believed, whatever was signed",
            ["tool11-json-unsigned" => "fail", "tool11-all-in-query" => "info:accepted"];
        CharsetRefused = "charset-refused", breaks "lti11-tool-charset",
            "a form with a character set behind its media type is refused",
            ["tool11-charset" => "warn"];
        FieldsLimited = "fields-limited", breaks "lti11-tool-large",
            "a launch of more than 1,000 fields is refused",
            ["tool11-many-fields" => "info:refused"];
        ValuesLimited = "values-limited", breaks "lti11-tool-large",
            "a value of more than 64 KiB is refused",
            ["tool11-long-value" => "info:refused"];
    }
}
