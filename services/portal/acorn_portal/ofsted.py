"""What Ofsted judges, as pages ask for it and show it: its areas, its grades, and from which day on which of them."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

NO_OVERALL_FROM = date(2024, 9, 2)
REPORT_CARDS_FROM = date(2025, 11, 10)
"""As the staff service has them, which judges what is sent."""

FOUR_GRADES = ("outstanding", "good", "requires_improvement", "inadequate")
"""The grades until report cards."""

GRADES: Mapping[str, str] = MappingProxyType(
    {
        "outstanding": "Outstanding",
        "good": "Good",
        "requires_improvement": "Requires improvement",
        "inadequate": "Inadequate",
        "exceptional": "Exceptional",
        "strong_standard": "Strong standard",
        "expected_standard": "Expected standard",
        "needs_attention": "Needs attention",
        "urgent_improvement": "Urgent improvement",
    }
)
"""What Ofsted judges with: four grades, then the five of report cards."""

AREAS: Mapping[str, str] = MappingProxyType(
    {
        "quality_of_education": "Quality of education",
        "behaviour_and_attitudes": "Behaviour and attitudes",
        "personal_development": "Personal development",
        "leadership_and_management": "Leadership and management",
        "inclusion": "Inclusion",
        "curriculum_and_teaching": "Curriculum and teaching",
        "achievement": "Achievement",
        "attendance_and_behaviour": "Attendance and behaviour",
        "personal_development_and_well_being": "Personal development and well-being",
        "leadership_and_governance": "Leadership and governance",
        "early_years": "Early years",
        "sixth_form": "Sixth form",
    }
)
"""What Ofsted judges, before and since report cards."""
