//! Flaws of tools with timestamps.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool takes for a timestamp of now.
    pub enum StampFlaw {
        NotChecked = "timestamp-not-checked", breaks "lti11-tool-timestamp-stale",
            "the timestamp is not compared with the clock",
            [
                "tool11-timestamp-day-old" => "warn",
                "tool11-timestamp-hour-old" => "info:accepted",
                "tool11-timestamp-milliseconds" => "info:accepted",
                "tool11-future-hour" => "info:accepted",
            ];
        WindowOfHours = "window-of-hours", breaks "lti11-tool-timestamp-window",
            "a launch is good for two hours",
            ["tool11-timestamp-hour-old" => "info:accepted", "tool11-future-hour" => "info:accepted"];
        WindowOfHalfAMinute = "window-of-half-a-minute", breaks "lti11-tool-timestamp-window",
            "a launch is good for half a minute",
            [
                "tool11-timestamp-four-minutes-old" => "info:refused",
                "tool11-timestamp-minute-old" => "info:refused",
                "tool11-future-minute" => "info:refused",
                "tool11-future-four-minutes" => "info:refused",
            ];
        WindowOfTwoMinutes = "window-of-two-minutes", breaks "lti11-tool-timestamp-window",
            "a launch is good for two minutes",
            ["tool11-timestamp-four-minutes-old" => "info:refused", "tool11-future-four-minutes" => "info:refused"];
        FutureRefused = "future-refused", breaks "lti11-tool-timestamp-window",
            "a timestamp ahead of the clock is refused",
            ["tool11-future-minute" => "info:refused", "tool11-future-four-minutes" => "info:refused"];
        FutureTaken = "future-taken", breaks "lti11-tool-timestamp-window",
            "a timestamp may be ahead of the clock as far as it likes",
            ["tool11-timestamp-milliseconds" => "info:accepted", "tool11-future-hour" => "info:accepted"];
        NeverBack = "timestamp-never-back", breaks "lti11-tool-timestamp-back",
            "a timestamp before the consumer's last one is refused",
            [
                "tool11-timestamp-four-minutes-old" => "info:refused",
                "tool11-timestamp-minute-old" => "info:refused",
                "tool11-timestamp-back" => "warn",
                "tool11-nonce-other-timestamp" => "info:refused",
            ];
        UnreadableTaken = "timestamp-unreadable-taken", breaks "lti11-tool-timestamp-format",
            "a timestamp that cannot be read is not looked at",
            [
                "tool11-timestamp-text" => "warn",
                "tool11-timestamp-fraction" => "warn",
                "tool11-timestamp-negative" => "warn",
                "tool11-timestamp-plus" => "info:accepted",
                "tool11-timestamp-underscore" => "info:accepted",
                "tool11-timestamp-wide-digits" => "info:accepted",
            ];
        FractionRead = "timestamp-fraction-read", breaks "lti11-tool-timestamp-format",
            "a timestamp may have a fraction",
            ["tool11-timestamp-fraction" => "warn"];
        SignDropped = "timestamp-sign-dropped", breaks "lti11-tool-timestamp-format",
            "a minus sign before a timestamp is dropped",
            ["tool11-timestamp-negative" => "warn"];
        EmptyTaken = "timestamp-empty-taken", breaks "lti11-tool-timestamp-format",
            "an empty timestamp is not looked at",
            ["tool11-timestamp-empty" => "warn"];
        MissingTaken = "timestamp-optional", breaks "lti11-tool-timestamp-nonce-present",
            "a launch without a timestamp is let in",
            ["tool11-timestamp-missing" => "warn"];
        PlusRead = "timestamp-plus-read", breaks "lti11-tool-timestamp-spelling",
            "a plus sign before a timestamp is read",
            ["tool11-timestamp-plus" => "info:accepted"];
        UnderscoresRead = "timestamp-underscores-read", breaks "lti11-tool-timestamp-spelling",
            "underscores between the digits of a timestamp are passed over",
            ["tool11-timestamp-underscore" => "info:accepted"];
        WideDigitsRead = "timestamp-wide-digits-read", breaks "lti11-tool-timestamp-spelling",
            "the digits of a timestamp may be those of any script",
            ["tool11-timestamp-wide-digits" => "info:accepted"];
        MillisecondsRead = "timestamp-milliseconds-read", breaks "lti11-tool-timestamp-spelling",
            "a timestamp in milliseconds is read",
            ["tool11-timestamp-milliseconds" => "info:accepted"];
    }
}
